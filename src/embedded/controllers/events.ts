import { resources } from '../../kube/paths.ts';
import { rfc3339 } from '../../kube/timestamps.ts';
import { Refusal } from '../api-server/refusal.ts';
import type { KubeObject } from '../api-server/object.ts';
import type { ControllerParts } from './controller.ts';

/** Says what a controller did or could not do, as an Event about an object. Never throws: an Event that is refused is lost, as in Kubernetes. */
export type RecordEvent = (about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** How many different Events are remembered, so that saying one again counts up instead of making another; client-go's limit. */
const remembered = 4_096;

/** `component` is the source of the Events, such as `attachdetach-controller`. */
export function eventRecorder(component: string, parts: ControllerParts): RecordEvent {
  const names = new Map<string, string>();
  return (about, type, reason, message) => {
    const key = [about.metadata.uid, type, reason, message].join('\n');
    const namespace = about.metadata.namespace ?? 'default';
    try {
      if (countUp(parts, { namespace, name: names.get(key) })) return;
      const event = newEvent(component, parts, { about, type, reason, message });
      names.set(key, event.metadata.name);
      const [oldest] = names.keys();
      if (names.size > remembered && oldest !== undefined) names.delete(oldest);
      parts.store.create(resources.events, event);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      parts.complain(`Event ${reason} about ${about.kind} ${about.metadata.name}: ${error.message}`);
    }
  };
}

function countUp({ store, clock }: ControllerParts, { namespace, name }: { namespace: string; name: string | undefined }): boolean {
  const event = name === undefined ? undefined : store.get(resources.events, { namespace, name });
  if (event === undefined) return false;
  store.update(resources.events, { ...event, count: Number(event['count'] ?? 1) + 1, lastTimestamp: rfc3339(clock.now().wall) });
  return true;
}

interface Said {
  readonly about: KubeObject;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Events of cluster-wide objects live in the namespace default. The name ends with nanoseconds, which tell Events of one millisecond apart. */
function newEvent(component: string, { clock, random }: ControllerParts, { about, type, reason, message }: Said): { readonly metadata: { readonly name: string } } {
  const { apiVersion, kind, metadata } = about;
  const now = clock.now().wall;
  const at = rfc3339(now);
  const nanoseconds = BigInt(now) * 1_000_000n + BigInt(Math.floor(random() * 1_000_000));
  const involvedObject = { apiVersion, kind, name: metadata.name, uid: metadata.uid, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) };
  return {
    apiVersion: 'v1', kind: 'Event',
    metadata: { name: `${metadata.name}.${nanoseconds.toString(16)}`, namespace: metadata.namespace ?? 'default' },
    involvedObject, type, reason, message, count: 1, firstTimestamp: at, lastTimestamp: at,
    eventTime: null, source: { component }, reportingComponent: component, reportingInstance: '',
  } as { readonly metadata: { readonly name: string } };
}
