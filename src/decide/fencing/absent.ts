import type { NodeRecord } from '../../model/cluster.ts';
import type { Decision } from '../../model/decision.ts';
import { formatDuration, formatInstant } from '../../model/time.ts';
import { advanceTo, askHuman, end, step, wait } from './cases.ts';
import { type Case, sameMachine } from './fresh.ts';

/**
 * The Node object is not the one that this fence is about. After the release that is no end: the record remembers what the
 * node was until the same machine registers again, be it months later. `undefined` in every other phase.
 */
export function decideAbsent(at: Case, node: NodeRecord | undefined): Decision | undefined {
  const { fence, status } = at;
  if (status.phase === 'NeedsHuman' && status.reason === 'OtherMachine') return otherMachine(at);
  if (status.phase !== 'Returning' && status.phase !== 'Probation') return undefined;
  if (fence.spec.cancelled === true) return end(at, 'Aborted', 'Cancelled', `A person cancelled the fence of ${fence.spec.nodeName}: nothing is restored when it registers again`);
  if (status.nodeDeleted === undefined) return noteDeletion(at);
  if (node === undefined) return wait(at, `the Node object is gone; what it was comes back when the same machine registers as ${fence.spec.nodeName}`);
  return sameMachine(node, status) ? restore(at, node) : askHuman(at, 'OtherMachine', `A machine with another systemUUID or machineID has registered as ${node.name}: it gets nothing of what the old one had. Cancel this fence if that is right`);
}

const otherMachine = (at: Case): Decision =>
  at.fence.spec.cancelled === true
    ? end(at, 'Aborted', 'Cancelled', `A person cancelled the fence of ${at.fence.spec.nodeName}: another machine has its name now`)
    : wait(at, `a person has to look: ${at.status.message ?? at.status.reason}`);

function noteDeletion(at: Case): Decision {
  const { spec } = at.fence;
  const who = at.status.reason === 'DeletingNode' ? `stayed off for ${afterOf(at)}, and its Node object is deleted` : 'lost its Node object to somebody else';
  const note = `${spec.nodeName} ${who}: everything it held was released before. Its labels and taints come back when the same machine registers again`;
  return advanceTo(at, step('NodeDeleted', at.status.reason === 'DeletingNode' ? 'evenkeel' : 'other', note, { phase: 'Returning', reason: 'NodeDeleted', message: note, nodeDeleted: formatInstant(at.now.wall) }));
}

function afterOf({ status }: Case): string {
  const { deleteNodeAfter } = status.policy.release;
  return deleteNodeAfter === 'never' ? 'long enough' : formatDuration(deleteNodeAfter);
}

function restore(at: Case, node: NodeRecord): Decision {
  const { labels, taints } = at.status.before;
  const back = [...Object.keys(labels), ...taints.map(({ key }) => key)];
  const note = `The machine of ${node.name} has registered again: ${back.length === 0 ? 'nothing was to be restored' : `${back.join(', ')} come back`}, and nothing new lands on it yet`;
  return { kind: 'restore', fence: at.fence, nodeUID: node.uid, advance: step('NodeReregistered', 'SameMachine', note, { phase: 'Returning', reason: 'Reregistered', message: note, returnedUID: node.uid }) };
}
