import { type Duration, type Tick, elapsed, milliseconds, tickAfter } from '../../../model/time.ts';
import type { Timings } from '../timings.ts';

/** A VolumeAttachment that was made, or deleted, and is waited for. */
export interface Operation {
  readonly kind: 'attach' | 'detach';
  readonly volume: string;
  readonly node: string;
  /** Name of the VolumeAttachment. */
  readonly attachment: string;
  readonly deadline: Tick;
}

interface Failed {
  readonly kind: Operation['kind'];
  readonly wait: Duration;
  readonly until: Tick;
}

/**
 * What is under way, and what failed and has to wait. A volume that one node may have at a time has one slot; another has
 * one for each node. An attach does not wait because a detach failed, and the other way round.
 */
export class Operations {
  readonly #timings: Timings;
  /** Volume → slot → operation. */
  readonly #pending = new Map<string, Map<string, Operation>>();
  readonly #failed = new Map<string, Failed>();

  constructor(timings: Timings) {
    this.#timings = timings;
  }

  of(volume: string): readonly (readonly [string, Operation])[] {
    return [...(this.#pending.get(volume) ?? [])];
  }

  isBusy(volume: string, slot: string): boolean {
    return this.#pending.get(volume)?.has(slot) === true;
  }

  start(slot: string, operation: Operation): void {
    const slots = this.#pending.get(operation.volume) ?? new Map<string, Operation>();
    this.#pending.set(operation.volume, slots.set(slot, operation));
  }

  succeeded(volume: string, slot: string): void {
    this.#end(volume, slot);
    this.#failed.delete(key(volume, slot));
  }

  failed({ kind, volume }: Operation, slot: string, now: Tick): void {
    this.#end(volume, slot);
    const before = this.#failed.get(key(volume, slot));
    const doubled = before?.kind === kind ? before.wait * 2 : this.#timings.attachRetryFirst;
    const wait = milliseconds(Math.min(doubled, this.#timings.attachRetryLast));
    this.#failed.set(key(volume, slot), { kind, wait, until: tickAfter(now, wait) });
  }

  /** How long an operation of this kind has to wait after its last failure; undefined when it need not. */
  wait(kind: Operation['kind'], volume: string, { slot, now }: { readonly slot: string; readonly now: Tick }): Duration | undefined {
    const failed = this.#failed.get(key(volume, slot));
    return failed === undefined || failed.kind !== kind || failed.until <= now ? undefined : elapsed(now, failed.until);
  }

  #end(volume: string, slot: string): void {
    const slots = this.#pending.get(volume);
    slots?.delete(slot);
    if (slots?.size === 0) this.#pending.delete(volume);
  }
}

const key = (volume: string, slot: string): string => `${volume} ${slot}`;
