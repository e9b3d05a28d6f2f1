import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findOrBuild } from '../control-plane/build.ts';
import { until } from '../stories/until.ts';
import { runDemo, type RunningDemo } from './run-demo.ts';

/*
 * The real kubectl at the cluster that `--serve` keeps up.
 */

let demo: RunningDemo;
let program: string;
let kubeconfig: string;
/** kubectl keeps what it has discovered in its HOME. */
const home = mkdtempSync(join(tmpdir(), 'evenkeel-test-kubectl-'));

const kubectl = async (...args: string[]): Promise<string> => (await promisify(execFile)(program, args, { env: { KUBECONFIG: kubeconfig, HOME: home } })).stdout;
const columns = (table: string): string[] => (table.split('\n')[0] ?? '').split(/ {2,}| $/u).filter((name) => name !== '');

beforeAll(async () => {
  program = (await findOrBuild()).kubectl;
  demo = runDemo('--serve', '--json', '--break', 'script-fails');
  await demo.says('"type":"summary"');
  const serving = demo.records().find(({ type }) => type === 'serving');
  kubeconfig = serving?.type === 'serving' ? serving.kubeconfig : '';
}, 900_000);

afterAll(async () => {
  await demo?.clear();
  rmSync(home, { recursive: true, force: true });
});

it.each([
  [['nodes'], ['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION']],
  [['nodes', '-o', 'wide'], ['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION', 'INTERNAL-IP', 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME']],
  [['pods', '-A'], ['NAMESPACE', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']],
  [['nodefences'], ['NAME', 'NODE', 'PHASE', 'EVIDENCE', 'REASON', 'AGE']],
])('get %j has the columns of a real server', async (args, expected) => {
  expect(columns(await kubectl('get', ...args))).toEqual(expected);
});

it('describe shows what evenkeel refused, and why', async () => {
  const [{ node } = { node: '' }] = demo.records().flatMap((record) => (record.type === 'fence' && record.phase === 'NeedsHuman' ? [record] : []));
  expect(await kubectl('describe', 'node', node)).toMatch(/Taints:[\s\S]*evenkeel\.dev\/fencing\S*:NoSchedule[\s\S]*FencingNeedsHuman +\S+ +evenkeel\.dev\/controller +Nothing proves that/u);
});

it('label, delete and watch work', async () => {
  const watch = spawn(program, ['get', 'pods', '-n', 'shop', '-l', 'app=web', '--watch-only'], { env: { KUBECONFIG: kubeconfig, HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let seen = '';
    watch.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await kubectl('label', 'node', 'worker-1', 'rack=a');
    expect(await kubectl('get', 'nodes', '-l', 'rack=a', '-o', 'name')).toBe('node/worker-1\n');
    await until('the watch sees new pods run', async () => {
      await kubectl('delete', 'pods', '-n', 'shop', '-l', 'app=web', '--wait=false');
      return /web-\S+ +1\/1 +Running/u.test(seen);
    });
  } finally {
    watch.kill();
  }
});

it('ends at Ctrl-C with exit code 0, and takes its kubeconfig along', async () => {
  demo.process.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(demo.records().at(-1)?.type).toBe('summary');
  expect(demo.leftovers()).toEqual([]);
});
