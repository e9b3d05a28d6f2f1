import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOrBuildDescheduler } from '../control-plane/build.ts';
import type { Comparison } from './compare.ts';
import { planFamilies, plugins } from './generate/cases.ts';
import { judgePolicy } from './policies/agree.ts';
import { documented } from './policies/documented.ts';
import { wrongValues } from './policies/wrong-values.ts';
import { written } from './policies/written.ts';
import { startStub } from './reference/stub.ts';
import { type Bench, fillUp, inParallel, runSuite } from './suite.ts';
import { shortcomings, summaryLine, type Tally, together, wanted } from './tally.ts';

const seed = 1;
const jobs = 2;

describe('beside the real descheduler, evenkeel', () => {
  let bench: Bench;
  const tallies: Tally[] = [];

  beforeAll(async () => {
    bench = { binary: await findOrBuildDescheduler(), stub: await startStub() };
  });
  afterAll(() => bench.stub.close());

  it.each(plugins)('makes the same choices for $name', async ({ name }) => {
    const families = planFamilies(wanted.cases).filter(({ plugin }) => plugin.name === name);
    const tally = await runSuite(bench, { families, seed, jobs });
    tallies.push(tally);
    expect(tally.comparisons.filter(({ grade }) => grade === 'failed').map(describeFailure)).toEqual([]);
  });

  it('is compared in enough cases, which evict, flip every option, and are judged by a replay that is awake', async () => {
    const tally = await fillUp(bench, together(tallies), { seed, jobs });
    expect(tally.comparisons.filter(({ grade }) => grade === 'failed').map(describeFailure)).toEqual([]);
    process.stderr.write(`${summaryLine(tally)}\n`);
    expect(shortcomings(tally, true)).toEqual([]);
  }, 1_800_000);

  const sources = [
    { title: 'policies written for this', policies: () => Promise.resolve([...written, ...wrongValues()]), atLeast: 1_000 },
    { title: "the policies of the reference's own documentation", policies: documented, atLeast: 20 },
  ];

  it.each(sources)('takes and refuses the same of $title, and names the same fields', async ({ policies, atLeast }) => {
    const given = await policies();
    expect(given.length).toBeGreaterThanOrEqual(atLeast);
    const disagreements: string[] = [];
    await inParallel(given, jobs, async (policy) => {
      const { disagreement } = await judgePolicy(bench, policy);
      if (disagreement !== undefined) disagreements.push(`${policy.id}: ${disagreement}`);
    });
    expect(disagreements).toEqual([]);
  });
});

const describeFailure = ({ given, because }: Comparison): string => `${because}; again: npm run compat -- --seed ${seed} --only ${JSON.stringify(given.id)}`;
