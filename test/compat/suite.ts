import { findOrBuildDescheduler } from '../control-plane/build.ts';
import { instant } from '../../src/model/time.ts';
import type { Outcome } from './case.ts';
import { type Comparison, compare } from './compare.ts';
import { type Ran, runFamily } from './family.ts';
import { type Family, focusedFamily } from './generate/cases.ts';
import { Random } from './generate/random.ts';
import { mutations } from './mutations.ts';
import { runReference } from './reference/run.ts';
import { startStub, type Stub } from './reference/stub.ts';
import { flipsByOption, type Tally, together, wanted } from './tally.ts';
import { replay } from './witness/replay.ts';

export interface Wanted {
  readonly families: readonly Family[];
  readonly seed: number;
  /** Runs of the reference at a time. */
  readonly jobs: number;
  readonly onCase?: (comparison: Comparison) => void;
}

/** The real descheduler and the stub that it talks to. */
export interface Bench {
  readonly binary: string;
  readonly stub: Stub;
}

export async function withBench<Result>(work: (bench: Bench) => Promise<Result>): Promise<Result> {
  const binary = await findOrBuildDescheduler();
  const stub = await startStub();
  try {
    return await work({ binary, stub });
  } finally {
    await stub.close();
  }
}

/** Runs generated cases through both deschedulers and compares what they did. */
export async function runSuite({ binary, stub }: Bench, { families, seed, jobs, onCase }: Wanted): Promise<Tally> {
  const comparisons: Comparison[] = [];
  const changed = { made: 0, rejected: 0 };
  await inParallel(families, jobs, async (family: Family) => {
    for (const ran of await runFamily(family, seed, (given) => runReference(binary, stub, given))) {
      const comparison = await compareTwice(ran, () => runReference(binary, stub, ran.given));
      comparisons.push(comparison);
      countMutations(comparison, changed);
      onCase?.(comparison);
    }
  });
  return { comparisons, mutations: changed };
}

/** Where chance had a part in it, the reference is asked once more: what it does then has to be legal, too. */
async function compareTwice(ran: Ran, runAgain: () => Promise<Outcome>): Promise<Comparison> {
  const first = await compare(ran);
  if (first.grade !== 'canonical' && first.grade !== 'replayed') return first;
  const second = await compare({ ...ran, reference: await runAgain() });
  return second.grade === 'failed' ? second : first;
}

/** Goes on with each option of which too few flips have changed the reference's result, until there are enough or it seems in vain. */
export async function fillUp(bench: Bench, tally: Tally, settings: Omit<Wanted, 'families'>): Promise<Tally> {
  const parts: Tally[] = [tally];
  await inParallel(flipsByOption(tally), settings.jobs, async ({ option, changed }) => {
    let reached = changed;
    for (let number = 0; reached < wanted.flips && number < mostFocused; number += 1) {
      const part = await runSuite(bench, { ...settings, families: [focusedFamily(option, number)], jobs: 1 });
      reached += part.comparisons.filter((each) => each.changed === true).length;
      parts.push(part);
    }
  });
  return together(parts);
}

const mostFocused = 80;

/** Whether the replay is awake: it has to reject what the reference did when something in it is changed on purpose. */
function countMutations({ given, now, reference, grade }: Comparison, counted: { made: number; rejected: number }): void {
  if (reference.kind === 'refused' || grade === 'failed') return;
  const random = new Random(given.id, 'mutations');
  for (const mutation of mutations(given, reference.evictions, { now: instant(now), choose: (below) => random.int(0, below - 1) })) {
    counted.made += 1;
    if (!replay(given, mutation.evictions, instant(now)).legal) counted.rejected += 1;
  }
}

/** So many at a time, in the order of the list. */
export async function inParallel<Item>(items: readonly Item[], jobs: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (const item of left) await work(item);
  }));
}
