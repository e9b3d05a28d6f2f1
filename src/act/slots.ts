import { answered } from '../kube/api.ts';
import { releaseLease, takeLease } from '../kube/lease.ts';
import type { Leadership } from '../kube/leadership.ts';
import { holdsSlot, type NodeFence } from '../model/nodefence.ts';
import { hours } from '../model/time.ts';
import type { Parts } from './parts.ts';
import { readFence } from './record.ts';

/** A slot is held for as long as its fence is in one of these phases; nothing takes it over by time alone. */
const never = hours(24 * 365);

/** What each candidate is busy with: several may live in one process, and one that is cut off must not hold up the others. */
const turns = new WeakMap<Leadership, Promise<unknown>>();

/**
 * Takes one of the slots for this fence, by compare-and-swap, then does what the slot is for: the limit holds across
 * leaders. One at a time in this controller, since a slot whose fence is not yet written to hold it looks left behind.
 * `undefined` when no slot is free.
 */
export function withSlot<T>(parts: Parts, fence: NodeFence, slots: number, work: () => Promise<T>): Promise<T | undefined> {
  const before = turns.get(parts.leadership) ?? Promise.resolve();
  const mine = before.then(async () => ((await take(parts, fence.metadata.name, slots)) ? work() : undefined));
  turns.set(parts.leadership, mine.catch(() => undefined));
  return mine;
}

async function take(parts: Parts, holder: string, slots: number): Promise<boolean> {
  for (let slot = 0; slot < slots; slot += 1) {
    const lease = { namespace: parts.namespace, name: `evenkeel-slot-${slot}`, holder, duration: never, now: parts.clock.now() };
    parts.leadership.assertLeader();
    const taken = await takeLease(parts.api, lease);
    if (taken === 'taken' || taken === 'held-by-us') return true;
    if (await stillHolds(parts, taken.heldBy)) continue;
    const again = await takeLease(parts.api, { ...lease, instead: taken.heldBy });
    if (again === 'taken' || again === 'held-by-us') return true;
  }
  return false;
}

/** A fence that ended or was deleted while its controller was down has left its slot behind. */
async function stillHolds(parts: Parts, name: string): Promise<boolean> {
  try {
    return holdsSlot(await readFence(parts, name));
  } catch (error) {
    if (answered(error, 404)) return false;
    throw error;
  }
}

export async function releaseSlot(parts: Parts, fence: NodeFence, slots: number): Promise<void> {
  for (let slot = 0; slot < slots; slot += 1) {
    const freed = await releaseLease(parts.api, { namespace: parts.namespace, name: `evenkeel-slot-${slot}`, holder: fence.metadata.name, now: parts.clock.now() });
    if (freed === 'released') return;
  }
}
