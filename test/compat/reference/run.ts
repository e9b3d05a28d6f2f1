import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case, Outcome } from '../case.ts';
import type { Stub } from './stub.ts';

/** A run of the real descheduler that answers nothing within this is broken; a usual one takes a fifth of a second. */
const timeLimit = 30_000;

/** One pass of the real descheduler v0.36.0 over a case. Throws when the run itself went wrong. */
export async function runReference(binary: string, stub: Stub, { id, policy, objects }: Pick<Case, 'id' | 'objects'> & { readonly policy: Case['policy'] | string }): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-compat-'));
  const cluster = stub.serve(objects);
  try {
    const policyFile = join(directory, 'policy.yaml');
    const kubeconfig = join(directory, 'kubeconfig');
    await Promise.all([writeFile(policyFile, policyText(policy)), writeFile(kubeconfig, kubeconfigFor(cluster.url))]);
    const { code, log } = await execute(binary, [...flags, `--policy-config-file=${policyFile}`, `--kubeconfig=${kubeconfig}`], directory);
    if (cluster.unforeseen.length > 0) throw new Error(`${id}: the stub was asked for what it does not have: ${cluster.unforeseen.join('; ')}`);
    if (code === 0) return { kind: 'evicted', evictions: [...cluster.evictions] };
    return { kind: 'refused', because: complaint(log).replaceAll(directory, '') };
  } finally {
    cluster.end();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A policy file may hold YAML or JSON; a text goes to the file as it is. */
export const policyText = (policy: object | string): string => (typeof policy === 'string' ? policy : JSON.stringify(policy, undefined, 1));

const flags = ['--secure-port=0', '--v=1', '--client-connection-qps=10000', '--client-connection-burst=10000', '--disable-metrics'];

const kubeconfigFor = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'case', cluster: { server } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'case', context: { cluster: 'case', user: 'nobody' } }],
    'current-context': 'case',
  });

/** Small heaps and few threads: what costs time here is to start the program, thousands of times. */
const environment = { GOGC: 'off', GOMAXPROCS: '2' };

/** Whoever ends this process ends its descheduler runs, too. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function execute(binary: string, args: readonly string[], directory: string): Promise<{ readonly code: number; readonly log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { cwd: directory, env: { ...environment, HOME: directory }, stdio: ['ignore', 'ignore', 'pipe'], timeout: timeLimit, killSignal: 'SIGKILL' });
    running.add(child);
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (log += text));
    child.on('error', reject).on('close', (code) => {
      running.delete(child);
      if (code === null) reject(new Error(`the reference did not end within ${timeLimit / 1_000} s:\n${log}`));
      else resolve({ code, log });
    });
  });
}

/** The last line in which the reference says why it ends. */
const complaint = (log: string): string => log.trimEnd().split('\n').findLast((line) => /^(?:E\d{4}|Error:)/u.test(line)) ?? log.slice(-2_000);
