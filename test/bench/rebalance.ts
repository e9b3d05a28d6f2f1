import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrBuildDescheduler } from '../control-plane/build.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { grow, type Size, startEmpty } from './large/cluster.ts';
import { type Cost, measure } from './large/measure.ts';
import { followPods, megabytesOfPods } from './reflector.ts';

/*
 * One rebalance pass of evenkeel and of descheduler v0.36.0, one after the other, against the same real API server with the
 * same objects; and how long evenkeel's decisions take as the cluster grows.
 *
 *   npm run bench:rebalance [-- --nodes 5000 --pods 150000] [-- --rounds N] [-- --limit SECONDS] [-- --only STRATEGY] [-- --evictions N]
 *
 * Loading 150,000 pods takes about 8 minutes and 10 GiB of memory. Without --nodes and --pods the cluster is a fifth of that.
 */

const option = (name: string, usual: number): number => Number(process.argv[process.argv.indexOf(name) + 1] ?? Number.NaN) || usual;
const full: Size = { nodes: option('--nodes', 1_000), pods: option('--pods', 30_000) };
const rounds = option('--rounds', 1);
const limitSeconds = option('--limit', 300);

const policies: Readonly<Record<string, object>> = {
  LowNodeUtilization: { thresholds: { cpu: 20, memory: 20, pods: 20 }, targetThresholds: { cpu: 50, memory: 50, pods: 50 } },
  RemoveDuplicates: {},
  RemovePodsViolatingTopologySpreadConstraint: {},
};

const only = process.argv[process.argv.indexOf('--only') + 1];
const compared = Object.keys(policies).filter((strategy) => !process.argv.includes('--only') || strategy === only);

/** Few evictions, so that the cluster stays what it was for the next one; LowNodeUtilization costs nothing without. */
const mostEvictions = (strategy: string): number => option('--evictions', strategy === 'LowNodeUtilization' ? 1_000 : 20);

const policyFor = (strategy: string): object => ({
  apiVersion: 'descheduler/v1alpha2',
  kind: 'DeschedulerPolicy',
  maxNoOfPodsToEvictTotal: mostEvictions(strategy),
  profiles: [{
    name: 'bench',
    pluginConfig: [{ name: 'DefaultEvictor', args: { nodeFit: true } }, { name: strategy, args: policies[strategy] }],
    plugins: { balance: { enabled: [strategy] } },
  }],
});

/** See the Dockerfile. */
const asInTheImage = ['--max-semi-space-size=8'];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const descheduler = await findOrBuildDescheduler();
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  const plane = await startEmpty();
  try {
    const kubeconfig = plane.kubeconfig();
    await growAndDecide(plane, kubeconfig, folder);
    process.stdout.write(`\nthe reflector alone (${(await megabytesOfPods(plane.api())).toFixed(0)} MB of JSON): ${await followPods(kubeconfig)}\n`);
    for (const strategy of compared) await sideBySide({ strategy, folder, kubeconfig, descheduler });
  } finally {
    await plane.stop();
    await rm(folder, { recursive: true });
  }
}

/** Stops at each size on the way up: our list and our decisions alone. */
async function growAndDecide(plane: ControlPlane, kubeconfig: string, folder: string): Promise<void> {
  const sizes = [1_000, 10_000, 50_000, 150_000].filter((pods) => pods < full.pods).concat(full.pods);
  let now: Size = { nodes: 0, pods: 0 };
  const rows: string[][] = [['pods', 'nodes', 'list s', ...Object.keys(policies).map((strategy) => `${strategy} s`), 'memory MiB']];
  for (const pods of sizes) {
    const next: Size = { pods, nodes: pods === full.pods ? full.nodes : Math.ceil(pods / 30) };
    say(`loading ${next.pods} pods on ${next.nodes} nodes`);
    await grow(plane.api(), now, next, say);
    now = next;
    const files = await Promise.all(Object.keys(policies).map((strategy) => writePolicy(folder, strategy)));
    const { stdout, stderr, code, memory } = await measure(process.execPath, [join(import.meta.dirname, 'large/decide.ts'), kubeconfig, ...files], limitSeconds);
    if (code !== 0) throw new Error(`deciding ended with ${code}: ${stderr}`);
    const { list, decisions } = JSON.parse(stdout) as { list: number; decisions: Record<string, { seconds: number; evictions: number }> };
    rows.push([String(pods), String(next.nodes), list.toFixed(2), ...Object.values(decisions).map(({ seconds, evictions }) => `${seconds.toFixed(2)} (${evictions})`), memory.toFixed(0)]);
  }
  print('evenkeel alone: seconds to decide once the data is there, and how many pods it would evict without limits (the memory is of all strategies, one after the other, in one process)', rows);
}

async function writePolicy(folder: string, strategy: string): Promise<string> {
  const file = join(folder, `${strategy}.yaml`);
  await writeFile(file, JSON.stringify(policyFor(strategy)));
  return file;
}

interface Run {
  readonly strategy: string;
  readonly folder: string;
  readonly kubeconfig: string;
  readonly descheduler: string;
}

async function sideBySide({ strategy, folder, kubeconfig, descheduler }: Run): Promise<void> {
  const policy = await writePolicy(folder, strategy);
  const rows: string[][] = [['', 'wall s', 'CPU s', 'peak MiB', 'evictions']];
  for (let round = 1; round <= rounds; round += 1) {
    say(`${strategy}: evenkeel`);
    const ours = await measure(process.execPath, [...asInTheImage, join(import.meta.dirname, '../../src/main.ts'), 'rebalance', '--policy-config-file', policy, '--kubeconfig', kubeconfig], limitSeconds);
    if (ours.code !== 0) throw new Error(`evenkeel ended with ${ours.code}: ${ours.stderr}`);
    if (evictedByUs(ours) < mostEvictions(strategy)) say(`evenkeel evicted fewer than it may:\n${ours.stdout.slice(-1_500)}${ours.stderr.slice(-1_500)}`);
    say(`${strategy}: the reference, for at most ${limitSeconds} s`);
    const theirs = await measure(descheduler, ['--policy-config-file', policy, '--kubeconfig', kubeconfig, '--secure-port=0', '--v=1', '--client-connection-qps=1000', '--client-connection-burst=1000'], limitSeconds);
    rows.push(rowOf('evenkeel', ours, evictedByUs(ours)), rowOf('descheduler v0.36.0', theirs, evictedByReference(theirs)), ratios(ours, theirs));
  }
  print(`${strategy} with nodeFit, ${full.pods} pods on ${full.nodes} nodes, at most ${mostEvictions(strategy)} evictions`, rows);
}

const evictedByUs = ({ stdout }: Cost): number => stdout.split('\n').filter((line) => /\bevicted\b/u.test(line)).length;
const evictedByReference = ({ stderr }: Cost): number => stderr.split('\n').filter((line) => line.includes('"Evicted pod"')).length;

const rowOf = (who: string, { seconds, processor, memory, code }: Cost, evictions: number): string[] => [who, code === 'killed' ? `> ${limitSeconds}` : seconds.toFixed(1), processor.toFixed(1), memory.toFixed(0), String(evictions)];

const ratios = (ours: Cost, theirs: Cost): string[] => [
  'evenkeel / reference',
  ...([[ours.seconds, theirs.seconds], [ours.processor, theirs.processor], [ours.memory, theirs.memory]] as const).map(([one, other]) => `${theirs.code === 'killed' ? '< ' : ''}1/${(other / one).toFixed(1)}`),
  '',
];

function print(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  process.stdout.write(`\n${title}\n${rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}`).join('\n')}\n`);
}

await main();
