import { type Fields, field, fields, list, optionalText, text, wholeNumber, within } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import { age } from '../printing/age.ts';

/** A pod in a line, as kubectl prints it. */
export interface Summary {
  readonly ready: number;
  readonly containers: number;
  /** `Running`, `Terminating`, `Init:0/2`, `CrashLoopBackOff` … */
  readonly reason: string;
  /** `3 (5m ago)` */
  readonly restarts: string;
}

/** One look at containers: what it adds to the line. */
interface Look {
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: Restarts;
  readonly initialising: boolean;
}

interface Restarts {
  readonly count: number;
  readonly last: string;
}

export function summarise(pod: KubeObject, now: string): Summary {
  const [spec, status] = [fields(pod.spec), fields(pod.status)];
  const restartable = new Set(list(spec, 'initContainers').map(fields).filter((each) => text(each, 'restartPolicy') === 'Always').map((each) => text(each, 'name')));
  const init = lookAtInit(spec, status, restartable);
  const past = !init.initialising || conditionIs(status, 'Initialized', 'True');
  const main = past ? lookAtMain(status) : undefined;
  const restarts = main === undefined ? init.restarts : joined(restartsOf(statuses(status, 'initContainerStatuses').filter((each) => restartable.has(text(each, 'name')))), main.restarts);
  const reason = main?.reason ?? init.reason ?? firstReason(status);
  return {
    ready: init.ready + (main?.ready ?? 0),
    containers: list(spec, 'containers').length + restartable.size,
    reason: finalReason(pod, completed(status, reason)),
    restarts: restarts.count > 0 && restarts.last !== '' ? `${restarts.count} (${age(restarts.last, now)} ago)` : String(restarts.count),
  };
}

const statuses = (status: Fields, name: string): readonly Fields[] => list(status, name).map(fields);

const conditionIs = (status: Fields, type: string, value: string): boolean => {
  const found = list(status, 'conditions').map(fields).find((each) => text(each, 'type') === type);
  return found !== undefined && text(found, 'status') === value;
};

function firstReason(status: Fields): string {
  const gated = list(status, 'conditions').map(fields).some((each) => text(each, 'type') === 'PodScheduled' && text(each, 'reason') === 'SchedulingGated');
  return gated ? 'SchedulingGated' : text(status, 'reason') || text(status, 'phase');
}

const terminatedIn = (container: Fields, state: 'state' | 'lastState'): Fields | undefined => {
  const found = field(within(container, state), 'terminated');
  return found === undefined ? undefined : fields(found);
};

function restartsOf(containers: readonly Fields[]): Restarts {
  return containers.reduce<Restarts>((all, each) => joined(all, { count: wholeNumber(each, 'restartCount') ?? 0, last: text(fields(terminatedIn(each, 'lastState')), 'finishedAt') }), { count: 0, last: '' });
}

/** Times in UTC compare as texts. */
const joined = (one: Restarts, other: Restarts): Restarts => ({ count: one.count + other.count, last: one.last > other.last ? one.last : other.last });

/** Init containers run one after the other: the first that is not over decides. */
function lookAtInit(spec: Fields, status: Fields, restartable: ReadonlySet<string>): Look {
  const all = statuses(status, 'initContainerStatuses');
  let ready = 0;
  for (const [index, container] of all.entries()) {
    if (wholeNumber(fields(terminatedIn(container, 'state')), 'exitCode') === 0) continue;
    if (restartable.has(text(container, 'name')) && field(container, 'started') === true) {
      ready += field(container, 'ready') === true ? 1 : 0;
      continue;
    }
    const reason = initReason(container) ?? `${index}/${list(spec, 'initContainers').length}`;
    return { reason: `Init:${reason}`, ready, restarts: restartsOf(all.slice(0, index + 1)), initialising: true };
  }
  return { reason: undefined, ready, restarts: restartsOf(all), initialising: false };
}

function initReason(container: Fields): string | undefined {
  const ended = terminatedIn(container, 'state');
  if (ended !== undefined) return endReason(ended);
  const waiting = text(within(within(container, 'state'), 'waiting'), 'reason');
  return waiting === '' || waiting === 'PodInitializing' ? undefined : waiting;
}

function endReason(ended: Fields): string {
  const signal = wholeNumber(ended, 'signal') ?? 0;
  return text(ended, 'reason') || (signal === 0 ? `ExitCode:${wholeNumber(ended, 'exitCode') ?? 0}` : `Signal:${signal}`);
}

/** Of the containers the first one that has something to say. */
function lookAtMain(status: Fields): Look {
  const all = statuses(status, 'containerStatuses');
  const reason = all.map(mainReason).find((each) => each !== undefined);
  return { reason, ready: all.filter(runs).length, restarts: restartsOf(all), initialising: false };
}

const runs = (container: Fields): boolean => mainReason(container) === undefined && field(container, 'ready') === true && field(within(container, 'state'), 'running') !== undefined;

function mainReason(container: Fields): string | undefined {
  const waiting = text(within(within(container, 'state'), 'waiting'), 'reason');
  if (waiting !== '') return waiting;
  const ended = terminatedIn(container, 'state');
  return ended === undefined ? undefined : endReason(ended);
}

/** `Completed` is the word of a container: where others still run, or failed, it is not that of the pod. */
function completed(status: Fields, reason: string): string {
  if (reason !== 'Completed') return reason;
  const all = statuses(status, 'containerStatuses');
  const running = all.some(runs);
  if (running && conditionIs(status, 'Ready', 'True')) return 'Running';
  const failed = all.flatMap((each) => {
    const ended = terminatedIn(each, 'state');
    return ended === undefined || (wholeNumber(ended, 'exitCode') ?? 0) === 0 ? [] : [endReason(ended)];
  })[0];
  return failed ?? (running ? 'NotReady' : reason);
}

function finalReason({ metadata, status }: KubeObject, reason: string): string {
  if (metadata.deletionTimestamp === undefined) return reason;
  const phase = optionalText(fields(status), 'phase');
  if (text(fields(status), 'reason') === 'NodeLost') return 'Unknown';
  return phase === 'Succeeded' || phase === 'Failed' ? reason : 'Terminating';
}
