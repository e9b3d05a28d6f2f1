import { isClosed, type NodeFence, type NodeFenceStatus, type Phase } from '../../model/nodefence.ts';
import { formatDuration, parseRfc3339 } from '../../model/time.ts';
import type { Verdict, WhyFacts } from './facts.ts';
import { guardMeaning, type Meaning } from './guard-meanings.ts';

type Answer = Omit<Verdict, 'node' | 'notes'>;

/** The open record of the node, the latest attempt if there are several. */
export const openFence = ({ fences }: Pick<WhyFacts, 'fences'>): NodeFence | undefined =>
  fences.filter(({ status }) => status === undefined || !isClosed(status.phase)).toSorted((one, other) => other.spec.attempt - one.spec.attempt)[0];

/** Why a fence that is open is where it is: from its own record, so it says the same to everybody. */
export function whyFenced(fence: NodeFence, facts: WhyFacts): Answer {
  const { status, spec } = fence;
  if (status === undefined) {
    const since = parseRfc3339(fence.metadata.creationTimestamp);
    return { verdict: 'Requested', rule: 'NotTakenUp', ...(since === undefined ? {} : { since }), because: `${spec.requestedBy} asked for this fence (${spec.reason}), and no controller has taken it up`, waitsFor: 'the replica that leads', change: [`evenkeel cancel ${spec.nodeName}`], fence };
  }
  const since = parseRfc3339(status.timeline.at(-1)?.time);
  const meaning = meaningOf(status, facts);
  return { verdict: status.phase, rule: status.reason, ...(since === undefined ? {} : { since }), because: status.message ?? status.reason, waitsFor: meaning.waitsFor, change: meaning.change(spec.nodeName), fence };
}

function meaningOf(status: NodeFenceStatus, facts: WhyFacts): Meaning {
  if (status.phase === 'Held') return guardMeaning(status.reason) ?? { waitsFor: 'the next pass of the controller', change: stop };
  if (status.phase === 'Returning' && facts.paused !== undefined) return { waitsFor: 'the end of the pause: no machine is powered on meanwhile', change: () => ['evenkeel resume'] };
  if (status.phase === 'NeedsHuman') return needsHuman[status.reason] ?? confirm;
  return phaseMeanings[status.phase](status);
}

const stop = (node: string): readonly string[] => [`evenkeel cancel ${node}`];
const confirm: Meaning = {
  waitsFor: 'a person: nothing moves by itself, except that the node comes back',
  change: (node) => [`make sure that the machine is off, then: evenkeel confirm-off ${node}`, `evenkeel cancel ${node}   leaves it alone`],
};

const needsHuman: Readonly<Record<string, Meaning>> = {
  OtherMachine: { waitsFor: 'a person: another machine answers under this name', change: (node) => ['find out which machine answers; the old one must not write any more', `evenkeel cancel ${node}   once that is certain`] },
};

const methodName = ({ policy, level }: NodeFenceStatus): string => policy.plan[level]?.method ?? 'its method';

const phaseMeanings: Readonly<Record<Exclude<Phase, 'Held' | 'NeedsHuman'>, (status: NodeFenceStatus) => Meaning>> = {
  Isolating: (status) => ({ waitsFor: `one look at the power with ${methodName(status)}, then its power command`, change: stop }),
  Fencing: ({ command }) => ({ waitsFor: command === undefined ? 'its power command' : `${command.method} ${command.action}, sent at ${command.at}, at most ${formatDuration(command.limit as never)}`, change: stop }),
  Verifying: (status) => ({ waitsFor: `proof: ${status.policy.plan[status.level]?.action === 'reboot' ? 'a new boot of the same machine' : `${methodName(status)} status saying off again and again`}`, change: (node) => [`look at the machine; if it is off: evenkeel confirm-off ${node}`, ...stop(node)] }),
  Fenced: () => ({ waitsFor: 'one more reading of the power, then the release', change: stop }),
  Releasing: () => ({ waitsFor: 'the stuck pods and volumes to be gone from the API server', change: () => ['kubectl get volumeattachments   shows what is left'] }),
  Returning: () => ({ waitsFor: 'the node to report back', change: (node) => [`look at the machine of ${node}: its workload is released and safe`] }),
  Probation: ({ policy }) => ({ waitsFor: `the node to stay Ready for ${formatDuration(policy.return.probation)}`, change: () => [] }),
  Succeeded: () => ({ waitsFor: 'nothing', change: () => [] }),
  Recovered: () => ({ waitsFor: 'nothing', change: () => [] }),
  Aborted: () => ({ waitsFor: 'nothing', change: () => [] }),
};
