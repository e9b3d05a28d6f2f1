import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { seconds } from '../../src/model/time.ts';
import { realClock } from '../fakes/real-clock.ts';
import { scriptRunner } from '../../src/act/scripts/runner.ts';
import type { ScriptRun, ScriptRunner } from '../../src/act/scripts/script.ts';

/** A directory of real scripts, gone after the test. */
export interface ScriptFolder extends Disposable {
  readonly path: string;
  readonly runner: ScriptRunner;
  /** Writes an executable file. */
  put(file: string, content: string, mode?: number): string;
  /** A script with every action, in the form of a folder. */
  putScript(name: string, body: string, extra?: string): void;
}

export function aScriptFolder(allowed: readonly string[] = ['fence', 'device']): ScriptFolder {
  const path = mkdtempSync(join(tmpdir(), 'scripts-'));
  const put = (file: string, content: string, mode = 0o755): string => {
    const full = join(path, file);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    chmodSync(full, mode);
    return full;
  };
  return {
    path,
    put,
    putScript(name, body, extra = '') {
      put(`${name}/fence`, `#!/bin/bash\n${body}\n`);
      put(`${name}/script.yaml`, `summary: a test\nactions: [reboot, off, on, status, monitor]\nverifies: true\n${extra}`, 0o644);
    },
    runner: scriptRunner({ directories: [path], allowed, clock: realClock }),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

export const aRun = (changes: Partial<ScriptRun> = {}): ScriptRun => ({
  script: 'device',
  action: 'off',
  node: 'worker-1',
  machineID: 'machine-1',
  attempt: 7,
  timeout: seconds(5),
  parameters: {},
  ...changes,
});

export const never = (): AbortSignal => new AbortController().signal;
