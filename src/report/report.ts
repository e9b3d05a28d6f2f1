import type { ActionRecord } from '../model/decision.ts';
import { type Clock, elapsed, type Tick } from '../model/time.ts';
import type { EventToWrite, EventWriter, ObjectReference } from './kubernetes-events.ts';
import { levelOf, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type OtherTrace, otherTraces, type Trace, traces } from './traces.ts';

export interface Reporter {
  /** One change that happened: its Event, its metric, its log line. */
  record(record: ActionRecord): void;
  /** Something that belongs to no fence: its Event, its metric, its log line. */
  tell(what: OtherTrace, note: string, about: { readonly regarding: ObjectReference; readonly related?: ObjectReference; readonly facts?: Readonly<Record<string, unknown>> }): void;
}

/** The Lease that names the leader stands for evenkeel itself: what regards no node and no pod regards it. */
export const leaseReference = ({ namespace, name }: { readonly namespace: string; readonly name: string }): ObjectReference => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name, uid: '' });

export function reporter(parts: { events: EventWriter; metrics: Metrics; log: Log; clock: Clock }): Reporter {
  const lastStep = new Map<string, Tick>();
  return {
    record(record) {
      const trace: Trace = traces[record.step];
      const now = parts.clock.now();
      parts.metrics.events.inc({ reason: trace.reason });
      if (record.step === 'PodReleased') parts.metrics.podsReleased.inc({ owner_kind: record.pod?.ownerKind ?? 'none' });
      if (trace.ends !== undefined) parts.metrics.fences.inc({ method: record.method, outcome: trace.ends });
      measureStep(parts.metrics, lastStep, record, trace, now.tick);
      parts.log[levelOf[trace.severity]](
        { reason: trace.reason, cause: record.cause, node: record.node, fence: record.fence, ...(record.pod === undefined ? {} : { pod: `${record.pod.namespace}/${record.pod.name}` }) },
        record.note,
      );
      parts.events.write(eventOf(record, trace, now.wall));
    },
    tell(what, note, { regarding, related, facts = {} }) {
      const trace: Trace = otherTraces[what];
      parts.metrics.events.inc({ reason: trace.reason });
      parts.log[levelOf[trace.severity]]({ reason: trace.reason, ...facts }, note);
      parts.events.write({ ...trace, note, at: parts.clock.now().wall, regarding, related });
    },
  };
}

// oxlint-disable-next-line max-params -- the two maps and the moment belong to one measurement
function measureStep(metrics: Metrics, lastStep: Map<string, Tick>, record: ActionRecord, trace: Trace, now: Tick): void {
  if (record.fence === undefined) return;
  const before = lastStep.get(record.fence);
  if (before !== undefined) metrics.stepSeconds.observe({ step: record.step }, elapsed(before, now) / 1_000);
  if (trace.ends === undefined) lastStep.set(record.fence, now);
  else lastStep.delete(record.fence);
}

/** Fencing regards the Node, so that `kubectl describe node` tells the story; a pod's own end regards the pod. */
function eventOf(record: ActionRecord, trace: Trace, at: EventToWrite['at']): EventToWrite {
  const node: ObjectReference = { apiVersion: 'v1', kind: 'Node', name: record.node, uid: record.nodeUID };
  const fence: ObjectReference | undefined =
    record.fence === undefined || record.fenceUID === undefined ? undefined : { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', name: record.fence, uid: record.fenceUID };
  const pod: ObjectReference | undefined = record.pod === undefined ? undefined : { apiVersion: 'v1', kind: 'Pod', namespace: record.pod.namespace, name: record.pod.name, uid: record.pod.uid };
  return {
    reason: trace.reason,
    action: trace.action,
    type: trace.type,
    note: record.note,
    at,
    regarding: pod ?? node,
    related: pod === undefined ? fence : node,
    annotations: { 'evenkeel.dev/cause': record.cause, ...(record.fence === undefined ? {} : { 'evenkeel.dev/fence': record.fence }) },
  };
}
