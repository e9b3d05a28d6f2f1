import { cellOf, intentsOf } from './generate/generator.ts';
import { kindNames } from './kinds/specimens.ts';
import type { Operation } from './sequence/operation.ts';

/** How often each kind of answer to each kind of request was compared. */
export class Cells {
  readonly #hits = new Map<string, number>();
  #errors = 0;
  #all = 0;

  constructor() {
    for (const resource of kindNames) for (const { verb, code } of intentsOf(resource)) this.#hits.set(cellOf(resource, verb, code), 0);
  }

  add(operations: readonly Operation[], codes: readonly number[]): void {
    for (const [index, { resource, verb }] of operations.entries()) {
      const code = codes[index] ?? 0;
      const cell = cellOf(resource, verb, code);
      const hits = this.#hits.get(cell);
      // What came up by chance is compared like the rest, but nobody can promise ten of it.
      if (hits !== undefined) this.#hits.set(cell, hits + 1);
      this.#all += 1;
      if ([409, 410, 422, 429].includes(code)) this.#errors += 1;
    }
  }

  get operations(): number {
    return this.#all;
  }

  /** Share of answers that are 409, 410, 422 or 429. */
  get errorShare(): number {
    return this.#all === 0 ? 0 : this.#errors / this.#all;
  }

  /** `kind | verb | code` → hits. */
  get table(): ReadonlyMap<string, number> {
    return this.#hits;
  }

  below(least: number): readonly string[] {
    return [...this.#hits].filter(([, hits]) => hits < least).map(([cell, hits]) => `${cell}: ${hits}`);
  }
}
