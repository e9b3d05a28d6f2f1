import { expect, test } from 'vitest';
import { evictionsOf, now } from '../../builders/case.ts';
import type { Case } from '../case.ts';
import { replay } from './replay.ts';

/** A case with orders of evictions that its rules allow, and near misses that they do not. */
export interface Example {
  readonly title: string;
  readonly given: Case;
  /** Each a list of pod names: `a b c`. */
  readonly legal: readonly string[];
  readonly illegal: readonly string[];
}

/** One test for each order of each example. */
export function judgeExamples(examples: readonly Example[]): void {
  test.each(rows(examples, 'legal'))('$title: "$names" is legal', ({ given, names }) => {
    expect(replay(given, evictionsOf(given, names), now)).toEqual({ legal: true });
  });
  test.each(rows(examples, 'illegal'))('$title: "$names" is not legal', ({ given, names }) => {
    expect(replay(given, evictionsOf(given, names), now)).toMatchObject({ legal: false });
  });
}

const rows = (examples: readonly Example[], kind: 'legal' | 'illegal'): { title: string; given: Case; names: string }[] =>
  examples.flatMap((example) => example[kind].map((names) => ({ title: example.title, given: example.given, names })));
