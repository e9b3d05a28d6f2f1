import { answered } from '../kube/api.ts';
import type { Advance, Decision, Outcome } from '../model/decision.ts';
import { type NodeFence, nodeUIDOf } from '../model/nodefence.ts';
import { deleteNode } from './delete-node.ts';
import { restoreNode } from './restore.ts';
import { askPower, powerOn, sendCommand } from './command.ts';
import { forgetFence, openFence } from './open.ts';
import { done, type Parts, skipped } from './parts.ts';
import { recordOf, writeStatus } from './record.ts';
import { forceDelete } from './release.ts';
import { releaseSlot, withSlot } from './slots.ts';
import { isolate, lift, putOutOfService } from './taints.ts';

/** More slots than anybody configures: a slot is given back even after maxConcurrent was lowered. */
const mostSlots = 10;

/** Carries out one decision, after looking again. A conflict means that somebody was faster: the next pass decides anew. */
export async function carryOut(parts: Parts, decision: Decision): Promise<Outcome> {
  try {
    return await act(parts, decision);
  } catch (error) {
    if (answered(error, 409)) return skipped('somebody else changed the object meanwhile');
    throw error;
  }
}

function act(parts: Parts, decision: Decision): Promise<Outcome> | Outcome {
  switch (decision.kind) {
    case 'wait':
      return done();
    case 'open':
      return openFence(parts, decision.spec);
    case 'advance':
      return advance(parts, decision.fence, decision.advance, decision.releaseSlot);
    case 'isolate':
      return takeOutOfScheduling(parts, decision);
    case 'taint':
      return taint(parts, decision);
    case 'command':
      return sendCommand(parts, decision.fence, decision);
    case 'powerOn':
      return powerOn(parts, decision.fence);
    case 'readPower':
      return askPower(parts, decision.fence);
    case 'outOfService':
      return outOfService(parts, decision.fence, decision.note);
    case 'liftOutOfService':
      return liftOutOfService(parts, decision);
    case 'deleteNode':
      return deleteNode(parts, decision.fence, decision.advance);
    case 'restore':
      return restoreNode(parts, decision);
    case 'forceDelete':
      return forceDelete(parts, decision.fence, decision.pods);
    case 'withdraw':
      return withdraw(parts, decision.fence, decision.advance);
    case 'escalate':
      return escalate(parts, decision);
    case 'untaint':
      return untaint(parts, decision);
    case 'forget':
      return forgetFence(parts, decision.fence);
    default:
      return decision satisfies never;
  }
}

async function advance(parts: Parts, fence: NodeFence, next: Advance, free: boolean): Promise<Outcome> {
  const written = await writeStatus(parts, fence, next);
  // Only now: a fence without its slot must not go on. A slot that stays behind is taken over, since its fence has ended.
  if (free) await releaseSlot(parts, fence, mostSlots).catch(() => undefined);
  return done(recordOf(written, next));
}

async function takeOutOfScheduling(parts: Parts, { fence, slots, advance: next }: Extract<Decision, { kind: 'isolate' }>): Promise<Outcome> {
  const isolating = await withSlot(parts, fence, slots, () => writeStatus(parts, fence, next));
  if (isolating === undefined) return skipped('no slot is free');
  await isolate(parts, isolating, 'NoSchedule', 'silence');
  return done(recordOf(isolating, next));
}

async function taint(parts: Parts, { fence, effect, needs, advance: next }: Extract<Decision, { kind: 'taint' }>): Promise<Outcome> {
  const changed = await isolate(parts, fence, effect, needs);
  if (changed.kind === 'refused') return skipped(changed.because);
  return next === undefined ? done() : done(recordOf(await writeStatus(parts, fence, next), next));
}

async function outOfService(parts: Parts, fence: NodeFence, note: string): Promise<Outcome> {
  const changed = await putOutOfService(parts, fence);
  if (changed.kind === 'refused') return skipped(changed.because);
  return changed.kind === 'already' ? skipped('the node carries an out-of-service taint already') : done(recordOf(fence, { step: 'OutOfServiceAdded', cause: 'off', note }));
}

/** Needs no lease: whoever sees the taint where it must not be takes it off. */
export async function liftOutOfService(parts: Pick<Parts, 'api'>, { node, nodeUID, fence, because }: Extract<Decision, { kind: 'liftOutOfService' }>): Promise<Outcome> {
  const changed = await lift({ api: parts.api }, { name: node, uid: nodeUID }, 'outOfService');
  if (changed.kind !== 'changed') return skipped(changed.kind === 'refused' ? changed.because : 'the taint is gone already');
  const note = `The out-of-service taint of ${node} is removed: ${because}`;
  if (fence !== undefined) return done(recordOf(fence, { step: 'OutOfServiceRemoved', cause: 'released', note }));
  return done({ step: 'OutOfServiceRemoved', node, nodeUID, fence: undefined, fenceUID: undefined, note, cause: 'hygiene', method: 'none' });
}

async function withdraw(parts: Parts, fence: NodeFence, next: Advance): Promise<Outcome> {
  parts.leadership.assertLeader();
  await lift(parts, { name: fence.spec.nodeName, uid: nodeUIDOf(fence) }, 'all');
  return advance(parts, fence, next, true);
}

async function escalate(parts: Parts, { fence, spec, advance: next }: Extract<Decision, { kind: 'escalate' }>): Promise<Outcome> {
  await openFence(parts, spec);
  return advance(parts, fence, next, true);
}

async function untaint(parts: Parts, { node, nodeUID }: Extract<Decision, { kind: 'untaint' }>): Promise<Outcome> {
  parts.leadership.assertLeader();
  await lift(parts, { name: node, uid: nodeUID }, 'all');
  return done();
}
