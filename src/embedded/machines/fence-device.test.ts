import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeClock, fakeClock } from '../../../test/fakes/clock.ts';
import { milliseconds, seconds } from '../../model/time.ts';
import { disksIn } from './disks.ts';
import { serveDevice } from './fence-device-server.ts';
import { type DeviceAnswer, FenceDevice } from './fence-device.ts';
import { fileJournal, memoryJournal } from './journal.ts';
import { Machine } from './machine.ts';

interface Stage {
  readonly clock: FakeClock;
  readonly machine: Machine;
  readonly device: FenceDevice;
}

async function stage(): Promise<Stage> {
  const clock = fakeClock();
  const journal = memoryJournal();
  let count = 0;
  const machine = new Machine({ name: 'worker-1', bootTime: seconds(30), writeInterval: milliseconds(100) }, {
    clock, journal, disks: disksIn(journal, clock), newID: () => `id-${(count += 1)}`, kubelet: () => Promise.resolve(),
  });
  void machine.powerOn();
  await clock.advance(seconds(30));
  return { clock, machine, device: new FenceDevice([machine], { clock, journal }) };
}

const send = ({ device }: Stage, command: 'off' | 'on' | 'reboot' | 'status' | 'monitor', machine = 'worker-1'): Promise<DeviceAnswer> =>
  device.command({ command, machine, attempt: '1' });

describe('the device', () => {
  test('switches power, tells it, and keeps a log of what it was told and what it did', async () => {
    const all = await stage();
    expect(await send(all, 'off')).toMatchObject({ ok: true });
    expect(all.machine.power).toBe('off');
    expect(await send(all, 'status')).toMatchObject({ ok: true, power: 'off' });
    await send(all, 'on');
    await all.clock.advance(seconds(30));
    expect(all.machine.power).toBe('on');
    const { bootID } = all.machine;
    await send(all, 'reboot');
    await all.clock.advance(seconds(30));
    expect(all.machine.bootID).not.toBe(bootID);
    expect(all.device.powerCommands('worker-1').map(({ command }) => command)).toEqual(['off', 'on', 'reboot']);
    expect(all.device.log().filter(({ step }) => step === 'applied')).toHaveLength(3);
  });

  test('may lie: it says yes, and the machine runs on', async () => {
    const all = await stage();
    all.device.behave('worker-1', { power: { kind: 'lies' } });
    expect(await send(all, 'off')).toMatchObject({ ok: true });
    expect(all.machine.power).toBe('on');
    expect(await send(all, 'status')).toMatchObject({ power: 'on' });
  });

  test('may fail, and may deny what it did', async () => {
    const all = await stage();
    all.device.behave('worker-1', { power: { kind: 'fails' } });
    expect(await send(all, 'off')).toMatchObject({ ok: false });
    expect(all.machine.power).toBe('on');
    all.device.behave('worker-1', { power: { kind: 'denies' } });
    expect(await send(all, 'off')).toMatchObject({ ok: false });
    expect(all.machine.power).toBe('off');
  });

  test('may act long after it answered', async () => {
    const all = await stage();
    all.device.behave('worker-1', { power: { kind: 'late', by: seconds(120) } });
    expect(await send(all, 'off')).toMatchObject({ ok: true });
    await all.clock.advance(seconds(119));
    expect(all.machine.power).toBe('on');
    await all.clock.advance(seconds(1));
    expect(all.machine.power).toBe('off');
  });

  test('may be slow: it answers when it has acted', async () => {
    const all = await stage();
    all.device.behave('worker-1', { power: { kind: 'slow', by: seconds(6) } });
    const answer = send(all, 'off');
    await all.clock.advance(seconds(5));
    expect(all.machine.power).toBe('on');
    expect(all.device.log().map(({ step }) => step)).toEqual(['received']);
    await all.clock.advance(seconds(1));
    expect(await answer).toMatchObject({ ok: true });
    expect(all.device.log().map(({ step }) => step)).toEqual(['received', 'applied', 'answered']);
  });

  test('may hang until it is closed', async () => {
    const all = await stage();
    all.device.behave('worker-1', { power: { kind: 'hangs' } });
    let answered = false;
    const answer = send(all, 'off').then(() => (answered = true));
    await all.clock.advance(seconds(7_300));
    expect(answered).toBe(false);
    expect(all.machine.power).toBe('on');
    all.device.close();
    await answer;
  });

  test('may lie about status', async () => {
    const all = await stage();
    all.device.behave('worker-1', { status: 'says off' });
    expect(await send(all, 'status')).toMatchObject({ power: 'off' });
    expect(all.machine.power).toBe('on');
  });

  test('refuses a machine that it does not know', async () => {
    expect(await send(await stage(), 'off', 'worker-9')).toMatchObject({ ok: false, message: expect.stringContaining('worker-9') });
  });
});

describe('the fence script of the tests', () => {
  const scripts = join(import.meta.dirname, '../../../test/e2e/fence-scripts');
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function script(all: Stage, name: string, action: string): Promise<{ code: number | undefined; last: string }> {
    const server = await serveDevice(all.device);
    closing.push(() => server.close());
    const environment = { PATH: '/usr/bin:/bin', FENCE_ACTION: action, FENCE_NODE: 'worker-1', FENCE_ID: 'worker-1', FENCE_ATTEMPT: '3', FENCE_PARAM_URL: server.url };
    const { exitCode, stdout } = await execa(join(scripts, name, 'fence'), ['worker-1'], { env: environment, extendEnv: false, reject: false });
    return { code: exitCode, last: stdout.split('\n').at(-1) ?? '' };
  }

  test('carries commands to the device and brings back its answer as the contract wants it', async () => {
    const all = await stage();
    const on = await script(all, 'device', 'status');
    expect(on.code).toBe(0);
    expect(JSON.parse(on.last)).toMatchObject({ id: 'worker-1', attempt: 3, power: 'on' });
    expect((await script(all, 'device', 'monitor')).code).toBe(0);
    expect((await script(all, 'device', 'off')).code).toBe(0);
    const off = await script(all, 'device', 'status');
    expect(off.code).toBe(2);
    expect(JSON.parse(off.last)).toMatchObject({ id: 'worker-1', attempt: 3, power: 'off' });
    expect(all.device.powerCommands('worker-1')).toMatchObject([{ command: 'off', attempt: '3' }]);
  });

  test('fails when the device fails', async () => {
    const all = await stage();
    all.device.behave('worker-1', { power: { kind: 'fails' }, status: 'fails' });
    expect((await script(all, 'device', 'off')).code).toBe(1);
    expect((await script(all, 'device', 'status')).code).toBe(1);
  });

  test.each(['status-misses-openrc', 'status-syntax-error', 'status-usage-error'])('%s: exit code 2 and no answer, while the machine runs', async (name) => {
    const all = await stage();
    const status = await script(all, name, 'status');
    expect(status.code).toBe(2);
    expect(status.last).not.toContain('power');
    expect((await script(all, name, 'off')).code).toBe(0);
    expect(all.machine.power).toBe('off');
  });
});

test('a journal keeps its logs as files of JSON lines, and refuses a name that leads elsewhere', () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-journal-'));
  try {
    const journal = fileJournal(directory);
    journal.append('disk.disk-0', { kind: 'write' });
    expect(fileJournal(directory).read('disk.disk-0')).toEqual([{ kind: 'write' }]);
    expect(journal.logs()).toEqual(['disk.disk-0']);
    expect(journal.read('nothing')).toEqual([]);
    expect(() => journal.append('../elsewhere', {})).toThrow('no plain file name');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
