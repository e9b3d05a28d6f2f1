import type { NodeFence } from '../model/nodefence.ts';
import { between, type Duration, type Instant, minutes, parseRfc3339, type Tick } from '../model/time.ts';

/** A node that has come back from a fence, and what of its pods has not been given a fair share of it yet. */
export interface Recovery {
  readonly fence: NodeFence;
  /** When this process first saw that it is owed. */
  readonly since: Tick;
}

export interface Recoveries {
  /** The ended fences after which nothing was rebalanced yet, oldest first. */
  owed(fences: ReadonlyMap<string, NodeFence>, now: Tick): readonly Recovery[];
  settle(recoveries: readonly Recovery[]): void;
}

/** How long after its end a fence is still worth a rebalance to a controller that has just begun to lead. */
const worthIt: Duration = minutes(15);

/**
 * Remembers which ended fences were answered by a rebalance. Which were before this process led follows from when the
 * shared Lease was last given back: state lives in the cluster, so that a change of leader loses no recovery.
 */
export function recoveries(start: { readonly now: Instant; readonly lastRun: Instant | undefined }): Recoveries {
  const settled = new Set<string>();
  const open = new Map<string, Recovery>();
  const owedFromBefore = (ended: Instant | undefined): boolean =>
    ended !== undefined && between(ended, start.now) < worthIt && (start.lastRun === undefined || ended > start.lastRun);
  return {
    owed(fences, now) {
      for (const fence of fences.values()) {
        const { uid } = fence.metadata;
        if (fence.status?.phase !== 'Succeeded' || settled.has(uid) || open.has(uid)) continue;
        const ended = endOf(fence);
        if (ended !== undefined && ended < start.now && !owedFromBefore(ended)) settled.add(uid);
        else open.set(uid, { fence, since: now });
      }
      return [...open.values()];
    },
    settle(recovered) {
      for (const { fence } of recovered) {
        open.delete(fence.metadata.uid);
        settled.add(fence.metadata.uid);
      }
    },
  };
}

const endOf = ({ status }: NodeFence): Instant | undefined => parseRfc3339(status?.timeline.at(-1)?.time);
