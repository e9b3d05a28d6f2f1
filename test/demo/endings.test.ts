import { expect, it } from 'vitest';
import { until } from '../stories/until.ts';
import { runDemo } from './run-demo.ts';

/** Whatever ends a demo, at whatever moment: no process, no file. */
const moments = [
  ['as soon as it has said something', 'seconds  who'],
  ['while the cluster is built', 'and evenkeel leads'],
  ['while a script may run', '(NodeIsolated)'],
  ['while the node returns', '(FencingSucceeded)'],
] as const;

it.each(moments)('Ctrl-C %s: a clean end', async (_when, text) => {
  const demo = runDemo();
  try {
    await demo.says(text);
    demo.process.kill('SIGINT');
    expect([await demo.ended, demo.error()]).toEqual([130, '']);
    expect(demo.out()).toContain('Stopped before the end. Nothing is left behind.');
    expect(demo.leftovers()).toEqual([]);
  } finally {
    await demo.clear();
  }
}, 200_000);

it('Ctrl-C twice does not wait for anything', async () => {
  const demo = runDemo();
  try {
    await demo.says('(NodeIsolated)');
    demo.process.kill('SIGINT');
    demo.process.kill('SIGINT');
    expect([130, 1]).toContain(await demo.ended);
    await until('everything is gone', () => demo.leftovers().length === 0, 30_000);
  } finally {
    await demo.clear();
  }
}, 200_000);

it('takes the controller and its folder along when it is killed', async () => {
  const demo = runDemo();
  try {
    await demo.says('(NodeIsolated)');
    expect(demo.leftovers().length).toBeGreaterThan(0);
    demo.process.kill('SIGKILL');
    expect(await demo.ended).toBe('SIGKILL');
    await until('everything is gone', () => demo.leftovers().length === 0, 30_000);
  } finally {
    await demo.clear();
  }
}, 200_000);

it('ends when nobody reads any more, as with `| head`', async () => {
  const demo = runDemo();
  try {
    await demo.says('seconds  who');
    demo.process.stdout?.destroy();
    expect([await demo.ended, demo.error()]).toEqual([130, '']);
    expect(demo.leftovers()).toEqual([]);
  } finally {
    await demo.clear();
  }
}, 200_000);

it('tells when the controller ends by itself, with its last words', async () => {
  const demo = runDemo();
  try {
    await demo.says('(NodeIsolated)');
    const controller = await until('the controller runs', () => demo.controllerPID());
    process.kill(controller, 'SIGKILL');
    expect(await demo.ended).toBe(1);
    expect(demo.out()).toContain('evenkeel run ended (SIGKILL) while the demo waited for');
    expect(demo.error()).toContain('"reason":"NodeIsolated"');
    expect(demo.leftovers()).toEqual([]);
  } finally {
    await demo.clear();
  }
}, 200_000);

it.each([
  [['--brake', 'script-lies'], "unknown option '--brake'"],
  [['--break', 'everything'], 'Allowed choices are script-lies, script-fails, all-nodes-down'],
  [['now'], 'too many arguments'],
])('%j is refused before anything is started', async (args, says) => {
  const demo = runDemo(...args);
  try {
    expect([await demo.ended, demo.out()]).toEqual([2, '']);
    expect(demo.error()).toContain(says);
  } finally {
    await demo.clear();
  }
});
