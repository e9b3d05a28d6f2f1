import type { Store, StoreEvent } from '../../embedded/api-server/server.ts';
import { resources } from '../../kube/paths.ts';
import { rfc3339Micro } from '../../kube/timestamps.ts';
import { type Clock, elapsed, type Tick } from '../../model/time.ts';
import { eventChanges } from './events.ts';
import { fenceChanges } from './fences.ts';
import { nodeChanges } from './nodes.ts';
import { podChanges } from './pods.ts';
import type { DemoRecord, Happening } from './record.ts';
import { volumeChanges } from './volumes.ts';

/** Stamps what happens and hands it on, in the order in which it happened. */
export interface Recorder {
  record(happening: Happening): void;
  /** Follows the objects of a cluster from now on. */
  follow(store: Store): void;
  /** From now on nothing is recorded: what a cluster does while it is taken down is no part of a story. */
  end(): void;
  /** Everything so far. */
  readonly records: readonly DemoRecord[];
}

export function recorder(clock: Clock, tell: (record: DemoRecord) => void): Recorder {
  const records: DemoRecord[] = [];
  let incident: Tick | undefined;
  let ended = false;
  const record = (happening: Happening): void => {
    if (ended) return;
    const { wall, tick } = clock.now();
    if (happening.type === 'chapter' && happening.kind === 'incident') incident ??= tick;
    const stamped: DemoRecord = { time: rfc3339Micro(wall), ...(incident === undefined ? {} : { seconds: Math.round(elapsed(incident, tick)) / 1_000 }), ...happening };
    records.push(stamped);
    tell(stamped);
  };
  return {
    record,
    records,
    end: () => void (ended = true),
    follow(store) {
      for (const [resource, changes] of followed) store.subscribe(resource, (event) => changes(event).forEach(record));
    },
  };
}

const followed: readonly (readonly [Parameters<Store['subscribe']>[0], (event: StoreEvent) => Happening[]])[] = [
  [resources.nodes, nodeChanges],
  [resources.pods, podChanges],
  [resources.volumeattachments, volumeChanges],
  [resources.nodefences, fenceChanges],
  [resources.events, eventChanges],
];
