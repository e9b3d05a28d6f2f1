import { resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { type Duration, milliseconds } from '../../../model/time.ts';
import type { ControllerParts } from '../controller.ts';
import { type NodeObject, type Taint, conditionOf } from '../node-and-pod.ts';
import { hasTaint, removeTaints, swapTaints } from '../taints.ts';
import type { Timings } from '../timings.ts';
import { notReady, unreachable } from './condition-taints.ts';
import { EvictionQueue } from './eviction-queue.ts';
import { zoneOf } from './zones.ts';

/** The NoExecute taint that goes with a status of Ready, and the one that must not stay. */
interface Pair {
  readonly wanted: Taint;
  readonly opposite: Taint;
}

const notTrue: Pair = { wanted: notReady('NoExecute'), opposite: unreachable('NoExecute') };
const unknown: Pair = { wanted: unreachable('NoExecute'), opposite: notReady('NoExecute') };
const taints: Readonly<Record<string, Pair>> = { False: notTrue, Unknown: unknown };

/** The NoExecute taints not-ready and unreachable: put on one node after the other by zone, and taken off at once. */
export class Evictions {
  readonly #parts: ControllerParts;
  readonly #timings: Timings;
  readonly #queues = new Map<string, EvictionQueue>();
  /** Asks for a call of `proceed` for this zone after that time. */
  readonly #later: (zone: string, time: Duration) => void;

  constructor(parts: ControllerParts, timings: Timings, later: (zone: string, time: Duration) => void) {
    this.#parts = parts;
    this.#timings = timings;
    this.#later = later;
  }

  /** A zone that is new, or new again. */
  meetZone(zone: string): void {
    this.#queues.set(zone, new EvictionQueue(this.#timings.nodeEvictionRate, this.#parts.clock.now().tick));
  }

  setRate(zone: string, rate: number): void {
    this.#queues.get(zone)?.setRate(rate, this.#parts.clock.now().tick);
    this.#later(zone, milliseconds(0));
  }

  /** Queues a node that is not Ready, swaps the taint of one that is down in another way now, frees one that is Ready. */
  judge(node: NodeObject, ready: string): void {
    const pair = taints[ready];
    if (pair === undefined) this.reachable(node);
    else if (hasTaint(node, pair.opposite)) this.#swap(node.metadata.name, pair);
    else this.#wait(node, pair.wanted);
  }

  /** Takes both taints off, and the node out of the queue. */
  reachable(node: NodeObject): void {
    const { name } = node.metadata;
    if (node.spec?.taints !== undefined) for (const { wanted } of [unknown, notTrue]) removeTaints(this.#parts.store, name, [wanted]);
    this.#queues.get(zoneOf(node))?.remove(name);
  }

  /** Taints as many nodes of the zone as its rate allows now. */
  proceed(zone: string): void {
    const queue = this.#queues.get(zone);
    if (queue === undefined) return;
    const now = this.#parts.clock.now().tick;
    for (let name = queue.first(); name !== undefined; name = queue.first()) {
      if (!queue.accept(now)) {
        const wait = queue.wait(now);
        if (wait !== undefined) this.#later(zone, wait);
        return;
      }
      const node = this.#parts.store.get<NodeObject>(resources.nodes, { name });
      const pair = node === undefined ? undefined : taints[conditionOf(node, 'Ready')?.status ?? ''];
      if (pair !== undefined) this.#swap(name, pair);
      queue.done(name);
    }
  }

  #wait(node: NodeObject, wanted: Taint): void {
    const { name } = node.metadata;
    const zone = zoneOf(node);
    // A taint that somebody took off comes back: the node queues once more.
    if (!hasTaint(node, wanted)) this.#queues.get(zone)?.remove(name);
    if (this.#queues.get(zone)?.add(name) === true) this.#later(zone, milliseconds(0));
  }

  #swap(name: string, { wanted, opposite }: Pair): void {
    swapTaints(this.#parts.store, name, { add: [wanted], remove: [opposite], at: rfc3339(this.#parts.clock.now().wall) });
  }
}
