import { expect, test } from 'vitest';
import { type FakeClock, fakeClock } from '../../../test/fakes/clock.ts';
import { milliseconds, seconds } from '../../model/time.ts';
import { type Disks, disksIn } from './disks.ts';
import { memoryJournal } from './journal.ts';
import { Machine } from './machine.ts';
import { findTwoWriters } from './two-writers.ts';

interface Stage {
  readonly clock: FakeClock;
  readonly disks: Disks;
  readonly machine: Machine;
  /** Kubelets that run. */
  readonly kubelets: Set<AbortSignal>;
}

/** A machine with power and one pod that writes to disk-0. */
async function stage(): Promise<Stage> {
  const clock = fakeClock();
  const journal = memoryJournal();
  const disks = disksIn(journal, clock);
  const kubelets = new Set<AbortSignal>();
  let count = 0;
  const machine = new Machine({ name: 'worker-1', bootTime: seconds(30), writeInterval: milliseconds(100) }, {
    clock, disks, journal,
    newID: () => `id-${(count += 1)}`,
    async kubelet(_, signal) {
      kubelets.add(signal);
      await clock.sleep(seconds(1_000_000), signal);
      kubelets.delete(signal);
    },
  });
  void machine.powerOn();
  await clock.advance(seconds(30));
  disks.attach('disk-0', 'worker-1');
  machine.mount('disk-0', 'uid-1');
  machine.startContainers({ podUID: 'uid-1', pod: 'search/es-0', volumes: ['disk-0'] });
  return { clock, disks, machine, kubelets };
}

const writes = ({ disks }: Stage): number => disks.entries('disk-0').filter(({ kind }) => kind === 'write').length;

test('containers write at their interval, and go on when only the kubelet is stopped', async () => {
  const all = await stage();
  await all.clock.advance(seconds(1));
  expect(writes(all)).toBe(11);
  all.machine.stopKubelet();
  await all.clock.advance(seconds(1));
  expect(writes(all)).toBe(21);
  expect(all.machine.kubelet).toBe('down');
  expect(all.kubelets.size).toBe(0);
});

test('power off ends containers, mounts and kubelet at that instant, and leaves the disk attached', async () => {
  const all = await stage();
  await all.clock.advance(seconds(1));
  all.machine.powerOff();
  const before = writes(all);
  await all.clock.advance(seconds(60));
  expect(writes(all)).toBe(before);
  expect(all.machine).toMatchObject({ power: 'off', kubelet: 'down' });
  expect(all.machine.containers()).toEqual([]);
  expect(all.machine.mounts().size).toBe(0);
  expect(all.kubelets.size).toBe(0);
  expect(all.disks.attachedTo('disk-0')).toBe('worker-1');
});

test('a hard reset gives a new bootID after the boot time, the same identity, and no containers', async () => {
  const all = await stage();
  const { bootID, systemUUID, machineID } = all.machine;
  void all.machine.hardReset();
  await all.clock.advance(seconds(29));
  expect(all.machine).toMatchObject({ power: 'booting', kubelet: 'down', bootID });
  await all.clock.advance(seconds(1));
  expect(all.machine).toMatchObject({ power: 'on', kubelet: 'up', systemUUID, machineID });
  expect(all.machine.bootID).not.toBe(bootID);
  expect(all.machine.containers()).toEqual([]);
});

test('power that goes away during a boot ends that boot', async () => {
  const { clock, machine } = await stage();
  void machine.hardReset();
  await clock.advance(seconds(10));
  machine.powerOff();
  await clock.advance(seconds(100));
  expect(machine).toMatchObject({ power: 'off', kubelet: 'down' });
});

test('a second power on during a boot does not boot twice', async () => {
  const { clock, machine } = await stage();
  machine.powerOff();
  void machine.powerOn();
  await clock.advance(seconds(20));
  void machine.powerOn();
  await clock.advance(seconds(10));
  const { bootID } = machine;
  await clock.advance(seconds(100));
  expect(machine.bootID).toBe(bootID);
});

test('a kubelet may stay away after a boot', async () => {
  const { clock, machine } = await stage();
  machine.kubeletStartsAtBoot = false;
  void machine.hardReset();
  await clock.advance(seconds(30));
  expect(machine).toMatchObject({ power: 'on', kubelet: 'down' });
});

test('a machine cannot mount a disk that is not attached to it, whatever its kubelet believes', async () => {
  const { disks, machine } = await stage();
  disks.attach('disk-1', 'worker-2');
  expect(machine.mount('disk-1', 'uid-2')).toBe(false);
  expect(machine.mount('disk-2', 'uid-2')).toBe(false);
});

test('a disk pulled from a running machine and given to another is found to have two writers', async () => {
  const all = await stage();
  all.machine.stopKubelet();
  all.disks.detach('disk-0', 'worker-1');
  all.disks.attach('disk-0', 'worker-2');
  all.disks.open('disk-0', { node: 'worker-2', bootID: 'b', podUID: 'uid-2', pod: 'search/es-0' });
  await all.clock.advance(seconds(1));
  expect(new Set(findTwoWriters(all.disks.entries('disk-0')).map(({ kind }) => kind))).toEqual(
    new Set(['pulled while mounted', 'opened while another writer ran', 'wrote without attachment']),
  );
});
