import type { PodRecord } from '../../../src/model/cluster.ts';
import { compareKeys, type Key } from './keys.ts';
import { title, type Witness } from './witness.ts';

/** A candidate's turn: where it is looked at, and its place in the order there. Equal keys may go in any order. */
export interface Turn {
  readonly pod: PodRecord;
  /** Places are visited in any order, each of them once and in one go. */
  readonly place: string;
  readonly key: Key;
}

export interface SweepRules {
  /** A limit that forbids the pod now. Once forbidden, it stays so. */
  readonly forbids: (pod: PodRecord) => string | undefined;
  /** Why the pod need not go after all; once it need not, it never has to. Absent: every candidate has to go. */
  readonly spares?: (pod: PodRecord) => string | undefined;
}

/**
 * A strategy that gives every candidate one turn. What was passed over must have been spared or forbidden when its turn
 * ended; as neither is ever taken back, the last moment of its turn is the one to ask at.
 */
export class Sweep implements Witness {
  readonly #rules: SweepRules;
  #open: Turn[];
  #place: string | undefined;

  constructor(turns: readonly Turn[], rules: SweepRules) {
    this.#open = [...turns];
    this.#rules = rules;
  }

  next(pod: PodRecord): string | undefined {
    const turn = this.#open.find((each) => each.pod === pod);
    if (turn === undefined) return `${title(pod)} is no candidate, or its turn is over`;
    const stays = this.#stays(pod);
    if (stays !== undefined) return `${title(pod)} must stay: ${stays}`;
    const isOver = (other: Turn): boolean => (other.place === turn.place ? compareKeys(other.key, turn.key) < 0 : other.place === this.#place);
    const due = this.#open.find((other) => isOver(other) && this.#stays(other.pod) === undefined);
    if (due !== undefined) return `${title(due.pod)} must go before ${title(pod)}`;
    this.#open = this.#open.filter((other) => other !== turn && !isOver(other));
    this.#place = turn.place;
    return undefined;
  }

  stop(): string | undefined {
    const due = this.#open.find(({ pod }) => this.#stays(pod) === undefined);
    return due === undefined ? undefined : `${title(due.pod)} must go as well`;
  }

  #stays(pod: PodRecord): string | undefined {
    return this.#rules.spares?.(pod) ?? this.#rules.forbids(pod);
  }
}
