import { objectPath, resources } from '../kube/paths.ts';
import { parseNodeFence } from '../kube/records/nodefence.ts';
import { rfc3339 } from '../kube/timestamps.ts';
import type { ActionRecord, Advance, Step } from '../model/decision.ts';
import { emptyStatus, type FenceCondition, type NodeFence, type NodeFenceStatus, type TimelineEntry } from '../model/nodefence.ts';
import type { Parts } from './parts.ts';

const timelineStart = 10;
const timelineEnd = 50;
/** Longer texts are refused by the CRD, not cut. */
const longestText = 4_000;

/**
 * Writes the record of a fence on the version that the decision was made of. A 409 means that somebody else wrote
 * meanwhile: nothing happened, and the next pass decides anew.
 */
export async function writeStatus(parts: Parts, fence: NodeFence, advance: Advance): Promise<NodeFence> {
  const time = rfc3339(parts.clock.now().wall);
  const status = nextStatus(fence, advance, { time, epoch: parts.leadership.epoch });
  parts.leadership.assertLeader();
  const written = await parts.api.call<unknown>({
    verb: 'PUT',
    path: objectPath(resources.nodefences, { name: fence.metadata.name }, 'status'),
    body: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: fence.metadata, spec: fence.spec, status },
  });
  return parseNodeFence(written);
}

export async function readFence(parts: Parts, name: string): Promise<NodeFence> {
  return parseNodeFence(await parts.api.call<unknown>({ verb: 'GET', path: objectPath(resources.nodefences, { name }) }));
}

function nextStatus(fence: NodeFence, advance: Advance, at: { time: string; epoch: number }): NodeFenceStatus {
  // A record may end before it was taken up.
  const before = fence.status ?? emptyStatus;
  const entry: TimelineEntry = { time: at.time, step: advance.step, outcome: advance.cause, note: advance.note.slice(0, 1_000) };
  const merged = clipped({ ...before, ...advance.change });
  return { ...merged, leaderEpoch: at.epoch, timeline: bounded([...before.timeline, entry]), conditions: conditionsOf(merged, before.conditions, { time: at.time, released: releases(advance, merged) }) };
}

function clipped(status: NodeFenceStatus): NodeFenceStatus {
  const { message, lastError } = status;
  return { ...status, ...(message === undefined ? {} : { message: message.slice(0, longestText) }), ...(lastError === undefined ? {} : { lastError: lastError.slice(0, longestText) }) };
}

const bounded = (entries: readonly TimelineEntry[]): readonly TimelineEntry[] =>
  entries.length <= timelineStart + timelineEnd ? entries : [...entries.slice(0, timelineStart), ...entries.slice(-timelineEnd)];

/** What a machine that is off held is free at once; what a rebooted one held when its kubelet has finished the old pods. */
const releases = ({ step }: Advance, { evidence }: NodeFenceStatus): boolean => (step === 'Released' && evidence.class !== 'rebooted') || step === 'OnProbation' || step === 'NodeDeleted';

function conditionsOf(status: NodeFenceStatus, before: readonly FenceCondition[], { time, released }: { time: string; released: boolean }): FenceCondition[] {
  const { phase, evidence, reason, message = '' } = status;
  const facts: Record<FenceCondition['type'], boolean> = {
    Fenced: evidence.class === 'off' || evidence.class === 'rebooted',
    VolumesReleased: released || before.some((condition) => condition.type === 'VolumesReleased' && condition.status === 'True'),
    NodeReturned: phase === 'Probation' || phase === 'Succeeded',
    Succeeded: phase === 'Succeeded',
  };
  return (Object.keys(facts) as FenceCondition['type'][]).map((type) => {
    const now = facts[type] ? 'True' : 'False';
    const old = before.find((condition) => condition.type === type);
    return old?.status === now ? old : { type, status: now, reason: reason || 'Unknown', message: message.slice(0, 1_000), lastTransitionTime: time };
  });
}

/** The record of a step, for the Event, the metric and the log. */
export function recordOf(fence: NodeFence, what: { step: Step; note: string; cause: string; pod?: ActionRecord['pod'] }): ActionRecord {
  const planned = fence.status?.policy.plan[fence.status.level];
  return {
    step: what.step,
    note: what.note,
    cause: what.cause,
    node: fence.spec.nodeName,
    nodeUID: fence.spec.nodeUID,
    fence: fence.metadata.name,
    fenceUID: fence.metadata.uid,
    method: planned?.method ?? 'none',
    ...(what.pod === undefined ? {} : { pod: what.pod }),
  };
}
