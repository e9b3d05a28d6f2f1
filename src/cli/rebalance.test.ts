import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CycleSummary } from '../model/rebalancing.ts';
import { instant, tick } from '../model/time.ts';
import { realDoors } from './doors.ts';
import { Exit, type Io } from './io.ts';
import { printRun } from './rebalance-print.ts';
import { program } from './program.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-rebalance-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the command line without a cluster; returns its exit code and what it wrote. */
async function evenkeel(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const io: Io = {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
    ask: () => Promise.resolve(undefined),
    environment: {},
    clock: { now: () => ({ wall: instant(0), tick: tick(0) }), sleep: () => Promise.resolve() },
    random: () => 0,
    identity: 'test',
    stop: new AbortController().signal,
    ...realDoors,
  };
  try {
    await program(io, '0').parseAsync(['node', 'evenkeel', 'rebalance', ...argv]);
    return { code: 0, out, error };
  } catch (thrown) {
    if (!(thrown instanceof Exit)) throw thrown;
    return { code: thrown.code, out, error };
  }
}

async function policy(text: string): Promise<string> {
  const path = join(directory, 'policy.yaml');
  await writeFile(path, text);
  return path;
}

const bad = 'apiVersion: descheduler/v1alpha2\nprofiles: [{name: p, pluginConfig: [{name: DefaultEvictor, args: {nodefit: true}}]}]\n';

describe('evenkeel rebalance', () => {
  test('takes every flag of the reference and names those that have no effect', async () => {
    const flags = ['--v', '3', '--secure-port=0', '--logging-format=json', '--leader-elect', '--client-connection-qps=1000', '--disable-metrics=true', '--otel-sample-rate', '1', '--bind-address=127.0.0.1', '--dry-run'];
    const { code, error } = await evenkeel('--policy-config-file', await policy(bad), ...flags);
    expect(code).toBe(2);
    const named = error.split('\n').filter((line) => line.includes('is accepted and has no effect'));
    expect(named.map((line) => line.split(' ')[0])).toEqual(['--v', '--logging-format', '--client-connection-qps', '--disable-metrics', '--secure-port', '--bind-address', '--leader-elect', '--otel-sample-rate']);
  });

  test.each([
    [['--policy-config-file', '/does/not/exist'], /The policy \/does\/not\/exist cannot be read/u],
    [[], /required option '--policy-config-file <file>' not specified/u],
    [['--policy-config-file', 'x', '--descheduling-interval', '5'], /--descheduling-interval: "5" is not a duration; write e\.g\. 5m/u],
    [['--policy-config-file', 'x', '--descheduling-interval=-5m'], /--descheduling-interval/u],
    [['--policy-config-file', 'x', '--dry-run=maybe'], /--dry-run: "maybe" is neither true nor false/u],
    [['--policy-config-file', 'x', '--feature-gates=EvictionsInBackground=true'], /EvictionsInBackground \(alpha\) is not built/u],
    [['--policy-config-file', 'x', '--policy-confg'], /unknown option '--policy-confg'/u],
  ])('%j ends with exit code 2 and says why', async (argv, says) => {
    const { code, error } = await evenkeel(...argv);
    expect(code).toBe(2);
    expect(error).toMatch(says);
  });

  test('a bad policy ends with exit code 2 and the reference\'s words', async () => {
    const path = await policy(bad);
    const { code, error } = await evenkeel('--policy-config-file', path);
    expect({ code, error }).toEqual({ code: 2, error: `failed decoding descheduler's policy config ${JSON.stringify(path)}: strict decoding error: unknown field "nodefit"\n` });
  });

  test('warnings come with file and place', async () => {
    const path = await policy(`${bad}evictLocalStoragePods: true\n`);
    const { error } = await evenkeel('--policy-config-file', path);
    expect(error).toContain('unknown field "nodefit"');
    expect(error).toContain(`${path}: 3:24: unknown field "evictLocalStoragePods" is ignored`);
  });
});

describe('what a run prints', () => {
  const eviction = { pod: { namespace: 'shop', name: 'web-1', uid: 'u' }, node: 'n1', profile: 'p', strategy: 'RemoveDuplicates', because: 'n1 has 3 of 4' };
  const totals = { evicted: 1, blocked: 1, gone: 0, failed: 0, limited: 1 };
  const summary: CycleSummary = { nodes: 3, pods: 12, totals, strategies: [{ profile: 'p', strategy: 'RemoveDuplicates', tally: totals, refused: { DaemonSetPods: 3 } }], stopped: { cause: 'openFence', because: 'n9 is being fenced' } };
  const entries = [
    { kind: 'eviction', eviction, answer: { kind: 'evicted' }, dryRun: false },
    { kind: 'eviction', eviction: { ...eviction, pod: { ...eviction.pod, name: 'web-2' } }, answer: { kind: 'blocked', because: 'the budget' }, dryRun: false },
    { kind: 'limited', eviction: { ...eviction, pod: { ...eviction.pod, name: 'web-3' } }, limit: 'maxNoOfPodsToEvictPerNode', because: 'node eviction limit exceeded (1)', dryRun: false },
  ] as const;

  test('a table, what was left alone, and the sum', () => {
    expect(printRun({ entries, summary, dryRun: false }, 'table')).toBe(`NODE   POD          STRATEGY           OUTCOME   WHY
n1     shop/web-1   RemoveDuplicates   evicted   n1 has 3 of 4
n1     shop/web-2   RemoveDuplicates   blocked   the budget
n1     shop/web-3   RemoveDuplicates   limited   node eviction limit exceeded (1)

p/RemoveDuplicates left alone: 3 DaemonSetPods
Evicted 1, blocked 1, gone 0, failed 0, limited 1; looked at 12 pods on 3 nodes. Stopped: n9 is being fenced
`);
  });

  test('JSON with the same facts', () => {
    const printed = JSON.parse(printRun({ entries, summary, dryRun: true }, 'json')) as { evictions: { outcome: string }[]; summary: unknown };
    expect(printed.evictions.map(({ outcome }) => outcome)).toEqual(['evicted', 'blocked', 'limited']);
    expect(printed.summary).toEqual(summary);
  });
});
