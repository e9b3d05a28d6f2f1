import type { ContainerStatus, PodSpec, PodStatus } from './objects.ts';
import { secondsBefore } from './objects.ts';
import type { PodsContext } from './pods.ts';
import type { Random } from './random.ts';
import { ageLimits, clear, endings, failureReasons, waitingReasons } from './words.ts';

/** How a pod fares: its phase, its conditions, and what its containers do. */
export function generateStatus(context: PodsContext & { readonly age: number }, spec: PodSpec): PodStatus {
  const { random, taste, now, age } = context;
  const phase = phaseOf(context);
  const troubled = random.chance(taste.troubled);
  const statuses = (names: readonly { readonly name: string }[], odds: number): ContainerStatus[] => names.map(({ name }) => statusOf(context, name, phase, random.chance(odds)));
  const qosClass = random.maybe(0.5, () => qosOf(spec));
  return {
    phase,
    ...(phase === 'Failed' && random.chance(0.5) ? { reason: random.pick(failureReasons) } : {}),
    ...(random.chance(taste.notStarted) ? {} : { startTime: secondsBefore(now, age) }),
    ...(qosClass === undefined ? {} : { qosClass }),
    conditions: conditionsOf(random, now, age, troubled),
    containerStatuses: statuses(spec.containers, troubled ? 0.8 : 0),
    ...(spec.initContainers === undefined ? {} : { initContainerStatuses: statuses(spec.initContainers, troubled ? 0.6 : 0.1) }),
    ...(random.chance(taste.troubled / 2) ? { ephemeralContainerStatuses: statuses([{ name: 'debug' }], 0.8) } : {}),
  };
}

function phaseOf({ random, taste }: PodsContext): string {
  const draw = random.next();
  if (draw < taste.failed) return 'Failed';
  if (draw < taste.failed + taste.succeeded) return 'Succeeded';
  if (draw < taste.failed + taste.succeeded + taste.pending) return 'Pending';
  return random.chance(0.01) ? 'Unknown' : 'Running';
}

function statusOf({ random, restarts }: PodsContext, name: string, phase: string, troubled: boolean): ContainerStatus {
  const restartCount = restarts();
  const lastState = random.chance(0.2) ? { lastState: { terminated: random.pick(endings) } } : {};
  const ended = phase === 'Failed' || phase === 'Succeeded';
  const state = ended || (troubled && random.chance(0.5)) ? { terminated: random.pick(endings) } : troubled ? { waiting: { reason: random.pick(waitingReasons) } } : { running: {} };
  return { name, restartCount, state, ...lastState };
}

/** What the API server would have written there. */
function qosOf({ containers, initContainers = [] }: PodSpec): string {
  const all = [...containers, ...initContainers];
  if (all.every(({ resources }) => resources === undefined)) return 'BestEffort';
  return all.every(({ resources }) => resources?.limits !== undefined) ? 'Guaranteed' : 'Burstable';
}

function conditionsOf(random: Random, now: number, age: number, troubled: boolean): object[] {
  const since = (): object => (random.chance(0.12) ? {} : { lastTransitionTime: secondsBefore(now, Math.min(age, random.pick(ageLimits) + random.pick([-1, 1]) * random.int(clear, 2 * clear))) });
  const [status, reason] = troubled ? ['False', random.pick(['ContainersNotReady', 'PodCompleted', 'PodFailed'])] : ['True', undefined];
  return [
    { type: 'Ready', status, ...(reason === undefined ? {} : { reason }), ...since() },
    { type: 'PodScheduled', status: 'True', ...since() },
    ...(random.chance(0.15) ? [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', ...since() }] : []),
  ];
}
