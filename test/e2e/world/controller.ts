import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { until } from '../../stories/until.ts';
import type { Controller } from '../../stories/world.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');
let serial = 0;

/** `watched`: where the watchdog looks for processes that must not outlive the test, as `*.pid` files. */
export async function startController(options: { text: string; kubeconfig: string; directory: string; watched: string; server?: string; onNode?: string }): Promise<Controller> {
  serial += 1;
  const config = join(options.directory, `evenkeel-${serial}.yaml`);
  writeFileSync(config, options.text);
  const kubeconfig = options.server === undefined ? options.kubeconfig : redirected(options.kubeconfig, options.server, join(options.directory, `kubeconfig-${serial}`));
  const child = spawn(process.execPath, [main, 'run', '--config', config, '--kubeconfig', kubeconfig], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Linux shares the processor among sessions: in that of the test, all controllers together would get one part, and lose their Leases.
    detached: true,
    env: { PATH: process.env['PATH'], HOME: options.directory, POD_NAME: `evenkeel-${serial}`, ...(options.onNode === undefined ? {} : { NODE_NAME: options.onNode }) },
  });
  const pidFile = join(options.watched, `evenkeel-${serial}.pid`);
  if (child.pid !== undefined) writeFileSync(pidFile, String(child.pid));
  // Its number may belong to somebody else soon.
  child.once('close', () => rmSync(pidFile, { force: true }));
  return controllerOf(child, config);
}

function controllerOf(child: ChildProcess, config: string): Controller {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  const log = (): Record<string, unknown>[] =>
    output.split('\n').flatMap((line) => {
      if (!line.startsWith('{')) return [];
      try {
        return [JSON.parse(line) as Record<string, unknown>];
      } catch {
        return [];
      }
    });
  const port = (): number | undefined => log().find(({ message }) => message === 'Serving metrics and probes')?.['port'] as number | undefined;
  return {
    pid: child.pid ?? 0,
    config,
    log,
    raw: () => output,
    ended,
    leads: () => log().some(({ reason }) => reason === 'LeaderChanged'),
    async ready() {
      return port() !== undefined && (await fetch(`http://127.0.0.1:${port()}/readyz`)).ok;
    },
    async metrics() {
      await until('the controller serves its metrics', port);
      return (await fetch(`http://127.0.0.1:${port()}/metrics`)).text();
    },
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode ?? undefined;
      child.kill(signal);
      return signal === 'SIGKILL' || signal === 'SIGTERM' ? ended : undefined;
    },
  };
}

function redirected(kubeconfig: string, server: string, target: string): string {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { clusters: { cluster: Record<string, unknown> }[] };
  for (const { cluster } of config.clusters) {
    cluster['server'] = server;
    delete cluster['certificate-authority-data'];
    // client-node takes plain HTTP for a mistake unless it is told that nobody checks a certificate.
    if (server.startsWith('http:')) cluster['insecure-skip-tls-verify'] = true;
  }
  writeFileSync(target, JSON.stringify(config), { mode: 0o600 });
  return target;
}

/** One command of evenkeel, to its end. */
export async function runCommand(args: readonly string[], directory: string): Promise<{ code: number; out: string; error: string }> {
  const result = await execa(process.execPath, [main, ...args], { reject: false, extendEnv: false, env: { PATH: process.env['PATH'], HOME: directory }, timeout: 120_000 });
  return { code: result.exitCode ?? -1, out: result.stdout, error: result.stderr };
}
