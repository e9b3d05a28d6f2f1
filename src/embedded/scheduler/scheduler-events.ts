import { resources } from '../../kube/paths.ts';
import { rfc3339Micro } from '../../kube/timestamps.ts';
import { type Instant, between, minutes } from '../../model/time.ts';
import { Refusal } from '../api-server/refusal.ts';
import type { ControllerParts } from '../controllers/controller.ts';
import type { Pod } from '../controllers/workload/objects.ts';

export interface Said {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Scheduled' | 'FailedScheduling';
  readonly action: 'Binding' | 'Scheduling';
  readonly message: string;
}

export type SayOf = (pod: Pod, said: Said) => void;

/** After this time without a repetition the next one is a new Event; client-go's `finishTime`. */
const seriesEnds = minutes(6);

/**
 * The scheduler's Events are of the newer form (events.k8s.io): a moment instead of first and last, and a series instead of a
 * count. They are the same when they are about the same version of a pod.
 */
export function schedulerEvents(parts: ControllerParts): SayOf {
  const known = new Map<string, { readonly name: string; readonly count: number; readonly at: Instant }>();
  return (pod, said) => {
    const now = parts.clock.now().wall;
    const key = [pod.metadata.uid, pod.metadata.resourceVersion, said.reason].join(' ');
    const before = known.get(key);
    const again = before !== undefined && between(before.at, now) <= seriesEnds;
    try {
      const name = again ? before.name : create(parts, pod, said);
      if (again) repeat(parts, pod, name, before.count + 1);
      // Only what failed is said again.
      if (said.reason === 'FailedScheduling') known.set(key, { name, count: again ? before.count + 1 : 1, at: now });
      const [oldest] = known.keys();
      if (known.size > 4_096 && oldest !== undefined) known.delete(oldest);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      parts.complain(`scheduler: Event ${said.reason} about pod ${pod.metadata.name}: ${error.message}`);
    }
  };
}

function create({ store, clock, random }: ControllerParts, { apiVersion, kind, metadata }: Pod, { type, reason, action, message }: Said): string {
  const now = clock.now().wall;
  const nanoseconds = BigInt(Math.floor(now)) * 1_000_000n + BigInt(Math.floor(random() * 1_000_000));
  const { namespace = 'default', name, uid, resourceVersion } = metadata;
  const event = store.create(resources.events, {
    apiVersion: 'v1', kind: 'Event',
    metadata: { name: `${name}.${nanoseconds.toString(16)}`, namespace },
    involvedObject: { apiVersion, kind, namespace, name, uid, resourceVersion },
    type, reason, action, message: message.length > 1_024 ? `${message.slice(0, 1_020)} ...` : message,
    eventTime: rfc3339Micro(now), firstTimestamp: null, lastTimestamp: null, source: {},
    reportingComponent: 'default-scheduler', reportingInstance: 'default-scheduler-embedded',
  });
  return event.metadata.name;
}

function repeat({ store, clock }: ControllerParts, { metadata: { namespace = 'default' } }: Pod, name: string, count: number): void {
  const event = store.get(resources.events, { namespace, name });
  if (event !== undefined) store.update(resources.events, { ...event, series: { count, lastObservedTime: rfc3339Micro(clock.now().wall) } });
}
