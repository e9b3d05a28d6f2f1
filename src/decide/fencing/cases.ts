import type { Advance, Decision, StatusChange, Step } from '../../model/decision.ts';
import type { NodeFence, NodeFenceSpec } from '../../model/nodefence.ts';
import type { Case } from './fresh.ts';

/** Attempts per level whose command may never have been sent, before the level counts as tried. */
const unknownTries = 3;

export const wait = (at: Case, because: string): Decision => ({ kind: 'wait', node: at.fence.spec.nodeName, because });

export function advanceTo(at: Case, advance: Advance, releaseSlot = false): Decision {
  return { kind: 'advance', fence: at.fence, advance, releaseSlot };
}

export const step = (name: Step, cause: string, note: string, change: StatusChange): Advance => ({ step: name, cause, note, change });

/** Ends the fence: our taints go, the slot is free, the record says why. */
export function end(at: Case, phase: 'Succeeded' | 'Recovered' | 'Aborted', reason: string, note: string): Decision {
  return { kind: 'withdraw', fence: at.fence, advance: step(phase, reason, note, { phase, reason, message: note }) };
}

export function askHuman(at: Case, reason: string, note: string): Decision {
  return advanceTo(at, step('NeedsHuman', reason, note, { phase: 'NeedsHuman', reason, message: note, lastError: note }), true);
}

/** No proof within the time of this level: the next level is a new attempt, with its own record and its own single command. */
export function nextLevel(at: Case, why: string): Decision {
  const { fence, status } = at;
  const name = fence.spec.nodeName;
  if (fence.spec.cancelled === true) return end(at, 'Aborted', 'Cancelled', `The fence of ${name} was cancelled: no further attempt follows, nothing was released`);
  if (levelAfter(fence, at.snapshot.fences) >= status.policy.plan.length) {
    return askHuman(at, 'NotProved', `Nothing proves that ${name} is down (${why}) and no further method is left: nothing was released. Make sure that the machine is off, then confirm it`);
  }
  // A person's word about one attempt is not copied into the next: only that person may give it.
  const { nodeName, nodeUID, bootID, machineID, attempt, method } = fence.spec;
  const spec: NodeFenceSpec = { nodeName, nodeUID, bootID, machineID, attempt: attempt + 1, requestedBy: 'controller', ...(method === undefined ? {} : { method }), reason: `attempt ${attempt}: ${why}`.slice(0, 1_000) };
  const note = `Attempt ${fence.spec.attempt} on ${name} is not proved (${why}): the next attempt begins, nothing was released`;
  return { kind: 'escalate', fence, spec, advance: step('Escalated', 'NotProved', note, { phase: 'Aborted', reason: 'NotProved', message: note }) };
}

/**
 * The level for the attempt that follows `fence`. A command of which nobody knows whether it was sent is tried again
 * under a new attempt, a few times; any other goes on to the next level.
 */
export function levelAfter(fence: NodeFence, fences: ReadonlyMap<string, NodeFence>): number {
  const level = fence.status?.level ?? 0;
  if (surelySent(fence)) return level + 1;
  let tries = 0;
  for (const other of fences.values()) if (sameIncarnation(other, fence) && other.status?.level === level && notProved(other, fence) && !surelySent(other)) tries += 1;
  return tries < unknownTries ? level : level + 1;
}

const notProved = (other: NodeFence, fence: NodeFence): boolean => other.metadata.name === fence.metadata.name || other.status?.reason === 'NotProved';

const surelySent = ({ status }: NodeFence): boolean => status?.command !== undefined && status.command.outcome !== 'unknown';

export const sameIncarnation = (one: NodeFence, other: NodeFence): boolean =>
  one.spec.nodeUID === other.spec.nodeUID && one.spec.bootID === other.spec.bootID;

/** The attempt before this one on the same incarnation of the node. */
export function predecessor(fence: NodeFence, fences: ReadonlyMap<string, NodeFence>): NodeFence | undefined {
  for (const other of fences.values()) if (sameIncarnation(other, fence) && other.spec.attempt === fence.spec.attempt - 1) return other;
  return undefined;
}
