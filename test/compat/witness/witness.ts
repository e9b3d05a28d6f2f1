import type { PodRecord } from '../../../src/model/cluster.ts';

/**
 * Follows the evictions of one strategy one by one and knows what its rules allow next, whatever order was taken where
 * the rules leave it open. Both answers are `undefined` when all is well, else they say which rule was broken.
 */
export interface Witness {
  /** Takes the pod as the next eviction, unless it must not be the next one. */
  next(pod: PodRecord): string | undefined;
  /** Why the strategy must not end here: something is left that the rules demand. */
  stop(): string | undefined;
}

/** Several passes, one after the other: the next one begins when an eviction no longer belongs to the one before. */
export class InTurn implements Witness {
  readonly #passes: Witness[];

  constructor(passes: readonly Witness[]) {
    this.#passes = [...passes];
  }

  next(pod: PodRecord): string | undefined {
    let refused: string | undefined = 'the strategy does nothing with these arguments';
    while (this.#passes[0] !== undefined) {
      refused = this.#passes[0].next(pod);
      if (refused === undefined || this.#passes[0].stop() !== undefined) return refused;
      this.#passes.shift();
    }
    return refused;
  }

  stop(): string | undefined {
    for (const pass of this.#passes) {
      const left = pass.stop();
      if (left !== undefined) return left;
    }
    return undefined;
  }
}

export const title = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`;
