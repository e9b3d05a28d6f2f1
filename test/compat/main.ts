import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Outcome } from './case.ts';
import { compare, type Comparison, line } from './compare.ts';
import { caseOf, planFamilies } from './generate/cases.ts';
import { withoutEffect } from './generate/shared-options.ts';
import { runReference } from './reference/run.ts';
import { type Bench, fillUp, runSuite, withBench } from './suite.ts';
import { optionTable, pluginTable, shortcomings, summaryLine, wanted } from './tally.ts';

const usage = 'npm run compat -- [--cases 4000] [--seed 1] [--plugin PodLifeTime] [--only ID] [--jobs 2]';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: String(wanted.cases) }, seed: { type: 'string', default: '1' }, plugin: { type: 'string' }, only: { type: 'string' }, jobs: { type: 'string', default: '2' }, help: { type: 'boolean', default: false } },
});
const [cases, seed, jobs] = [values.cases, values.seed, values.jobs].map(Number) as [number, number, number];

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.help || [cases, seed, jobs].some((number) => !Number.isSafeInteger(number) || number < 0)) print(usage);
else process.exitCode = await withBench((bench) => (values.only === undefined ? runAll(bench) : runOne(bench, values.only)));

async function runAll(bench: Bench): Promise<number> {
  let done = 0;
  const onCase = (comparison: Comparison): void => {
    done += 1;
    if (comparison.grade === 'failed') say(`${comparison.given.id}: ${comparison.because}\n  again: npm run compat -- --seed ${seed} --only ${JSON.stringify(comparison.given.id)}`);
    if (done % 250 === 0) say(`  ${done} cases …`);
  };
  const full = cases >= wanted.cases && values.plugin === undefined;
  const planned = await runSuite(bench, { families: planFamilies(cases, values.plugin), seed, jobs, onCase });
  const tally = full ? await fillUp(bench, planned, { seed, jobs, onCase }) : planned;
  const missing = shortcomings(tally, full);
  print(['', ...optionTable(tally), '', ...Object.entries(withoutEffect).map(([option, reason]) => `not flipped: ${option}: ${reason}`), '', ...pluginTable(tally), ''].join('\n'));
  for (const each of missing) print(`NOT ENOUGH: ${each}`);
  print(summaryLine(tally));
  return missing.length === 0 ? 0 : 1;
}

/** One case, with all that is needed to understand it. */
async function runOne({ binary, stub }: Bench, id: string): Promise<number> {
  const now = Date.now();
  const given = caseOf(id, { seed, now });
  const comparison = await compare({ given, now, reference: await runReference(binary, stub, given) });
  const file = join(await mkdtemp(join(tmpdir(), 'evenkeel-case-')), 'case.json');
  await writeFile(file, JSON.stringify({ ...given, now }, undefined, 2));
  print(`${JSON.stringify(given.policy, undefined, 2)}\n`);
  print(`the reference:\n${shown(comparison.reference)}\nevenkeel:\n${shown(comparison.ours)}\n`);
  print(`its objects are in ${file}`);
  print(`${comparison.grade}${comparison.because === undefined ? '' : `: ${comparison.because}`}`);
  return comparison.grade === 'failed' ? 1 : 0;
}

function shown(outcome: Outcome): string {
  if (outcome.kind === 'refused') return `  refused: ${outcome.because}`;
  return outcome.evictions.map((each) => `  ${line(each)}`).join('\n') || '  nothing';
}
