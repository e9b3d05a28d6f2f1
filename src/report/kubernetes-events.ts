import type { Api } from '../kube/api.ts';
import { ApiError } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { rfc3339, rfc3339Micro } from '../kube/timestamps.ts';
import { type Clock, type Instant, seconds } from '../model/time.ts';

const longestNote = 1_024;
const queueLength = 1_000;
const attempts = 12;
const pause = seconds(10);

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

export interface EventToWrite {
  readonly reason: string;
  readonly action: string;
  readonly type: 'Normal' | 'Warning';
  readonly note: string;
  readonly at: Instant;
  readonly regarding: ObjectReference;
  readonly related: ObjectReference | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Who reports; ours when absent. */
  readonly reporter?: string;
}

export interface EventWriter {
  write(event: EventToWrite): void;
  /** Tries to write what is queued, within `limit`. */
  flush(): Promise<void>;
  readonly dropped: number;
}

/**
 * Writes Kubernetes Events in the background: a view for people, never something that an action waits for. Through
 * core/v1 with both field sets filled in, since exporters in the field read source, count and lastTimestamp (spec/events.md §3.1).
 */
export function eventWriter(options: { api: Api; clock: Clock; instance: string; random(): number; failed(error: unknown): void }): EventWriter {
  const queue: EventToWrite[] = [];
  let dropped = 0;
  let serial = 0;
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      serial += 1;
      await send(options, body(next, options.instance, serial));
    }
    working = undefined;
  }

  return {
    write(event) {
      if (queue.length >= queueLength) dropped += 1;
      else queue.push(event);
      working ??= work();
    },
    async flush() {
      await working;
    },
    get dropped() {
      return dropped;
    },
  };
}

async function send(options: { api: Api; clock: Clock; random(): number; failed(error: unknown): void }, event: { metadata: { namespace: string } }): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await options.api.call({ verb: 'POST', path: collectionPath(resources.events, event.metadata.namespace), body: event });
      return;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return;
      if (attempt === attempts || !worthAnother(error)) return options.failed(error);
      await options.clock.sleep(seconds((pause / 1_000) * (attempt === 1 ? options.random() : 1)));
    }
  }
}

const worthAnother = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);

function body(event: EventToWrite, instance: string, serial: number): { metadata: { namespace: string } } {
  const namespace = event.regarding.namespace ?? 'default';
  const time = rfc3339(event.at);
  const reporter = event.reporter ?? 'evenkeel.dev/controller';
  const nanoseconds = (BigInt(Math.floor(event.at)) * 1_000_000n + BigInt(serial % 1_000_000)).toString(16);
  const what = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${event.regarding.name.slice(0, 230)}.${nanoseconds}`, namespace, ...(event.annotations === undefined ? {} : { annotations: event.annotations }) },
    involvedObject: event.regarding,
    ...(event.related === undefined ? {} : { related: event.related }),
    reason: event.reason,
    action: event.action,
    type: event.type,
    message: cut(event.note, longestNote),
    eventTime: rfc3339Micro(event.at),
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    source: { component: reporter, host: instance.slice(0, 128) },
    reportingComponent: reporter,
    reportingInstance: cut(instance, 128),
  };
  return what;
}

/** Cuts at a byte count without splitting a character; the server refuses longer notes instead of cutting them. */
export function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text, 'utf8');
  if (encoded.length <= bytes) return text;
  const ending = '…';
  const room = bytes - Buffer.byteLength(ending);
  return new TextDecoder('utf-8', { fatal: false }).decode(encoded.subarray(0, room)).replace(/�+$/u, '') + ending;
}
