import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realDoors } from '../../src/cli/doors.ts';
import { Exit, type Io } from '../../src/cli/io.ts';
import { program } from '../../src/cli/program.ts';
import type { Api } from '../../src/kube/api.ts';
import { instant, tick } from '../../src/model/time.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the real program at 1970-01-01; without `api` there is no cluster and no kubeconfig. */
export async function evenkeel(argv: readonly string[], { api, ...more }: Partial<Io> & { readonly api?: Api } = {}): Promise<Ended> {
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
    connect: () => {
      if (api === undefined) throw new Error('there is no cluster here');
      return api;
    },
    ...more,
  };
  try {
    await program(io, '0').parseAsync(['node', 'evenkeel', ...argv]);
    return { code: 0, out, error };
  } catch (thrown) {
    if (!(thrown instanceof Exit)) throw thrown;
    return { code: thrown.code, out, error };
  }
}

/** A folder for the files of one test. */
export function aFolder(): Disposable & { put(name: string, text: string): string; readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-cli-'));
  return {
    path,
    put(name, text) {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
