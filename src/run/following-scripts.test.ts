import { expect, test } from 'vitest';
import type { ScriptRunner } from '../act/scripts/runner.ts';
import { followingScripts } from './following-scripts.ts';

test('a script that is taken off the list is started no more, and one that is put on it is', async () => {
  let settings = { directories: ['/one'], allowed: ['ipmi'] };
  const made: string[] = [];
  const make = ({ allowed }: typeof settings): ScriptRunner => {
    made.push(allowed.join());
    return {
      run: ({ script }) => Promise.resolve({ kind: 'refused', problem: allowed.includes(script) ? 'run' : 'not allowed', output: '', note: '', duration: 0 as never, answer: { kind: 'none', because: '' } }),
      describe: (name) => ({ kind: 'problem', name, problem: allowed.join() }),
      list: () => [],
    };
  };
  const runner = followingScripts(make as never, () => settings);
  const run = async (script: string): Promise<unknown> => runner.run({ script } as never, new AbortController().signal);
  expect(await run('ipmi')).toMatchObject({ problem: 'run' });
  settings = { directories: ['/one'], allowed: ['openstack'] };
  expect(await run('ipmi')).toMatchObject({ problem: 'not allowed' });
  expect(await run('openstack')).toMatchObject({ problem: 'run' });
  expect(runner.describe('x')).toMatchObject({ problem: 'openstack' });
  expect(made).toEqual(['ipmi', 'openstack']);
});

test('is idle when the last script has ended', async () => {
  const ends: (() => void)[] = [];
  const result = { kind: 'refused', problem: '', output: '', note: '', duration: 0 as never, answer: { kind: 'none', because: '' } } as const;
  const make = (): ScriptRunner => ({ run: () => new Promise((resolve) => void ends.push(() => resolve(result))), describe: (name) => ({ kind: 'problem', name, problem: '' }), list: () => [] });
  const runner = followingScripts(make, () => ({ directories: [], allowed: [] }));
  await runner.idle();
  for (const script of ['a', 'b']) void runner.run({ script } as never, new AbortController().signal);
  let idle = false;
  const waiting = runner.idle().then(() => (idle = true));
  ends[0]?.();
  await new Promise((resolve) => void setImmediate(resolve));
  expect([idle, runner.running]).toEqual([false, 1]);
  ends[1]?.();
  await waiting;
  expect(runner.running).toBe(0);
});
