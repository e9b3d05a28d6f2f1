import { expect, it } from 'vitest';
import { instant, tick } from '../../model/time.ts';
import { findTwoWriters } from '../../embedded/machines/two-writers.ts';
import type { DiskEntry } from '../../embedded/machines/disks.ts';
import { tellingJournal } from './journal.ts';
import type { Happening } from './record.ts';

const writer = (node: string, podUID = 'a'): { node: string; bootID: string; podUID: string; pod: string } => ({ node, bootID: 'b', podUID, pod: 'search/es-0' });
const write = (node: string, at: number, podUID?: string): DiskEntry => ({ kind: 'write', at: instant(at), tick: tick(at), writer: writer(node, podUID), attached: true });

it('keeps the first and the last of what one writer appends, so that hours cost nothing', () => {
  const journal = tellingJournal(() => undefined);
  for (let at = 1; at <= 10_000; at += 1) journal.append('disk.disk-0', write('worker-1', at));
  expect(journal.read('disk.disk-0')).toEqual([write('worker-1', 1), write('worker-1', 10_000)]);
});

it('still shows two writers that meet', () => {
  const journal = tellingJournal(() => undefined);
  for (const entry of [write('worker-1', 1), write('worker-1', 2), write('worker-1', 3), write('worker-2', 4, 'b'), write('worker-1', 5)]) journal.append('disk.disk-0', entry);
  expect(findTwoWriters(journal.read('disk.disk-0') as DiskEntry[]).map(({ kind }) => kind)).toEqual(['wrote after its successor']);
});

it('tells what machines and device write down, in words', () => {
  const heard: Happening[] = [];
  const journal = tellingJournal((happening) => heard.push(happening));
  journal.append('machines', { machine: 'worker-1', event: 'power off' });
  journal.append('device', { machine: 'worker-1', command: 'off', step: 'received' });
  journal.append('device', { machine: 'worker-1', command: 'off', step: 'answered', ok: true, power: 'unknown' });
  journal.append('device', { machine: 'worker-1', command: 'status', step: 'answered', ok: true, power: 'off' });
  journal.append('device', { machine: 'worker-1', command: 'off', step: 'answered', ok: false, power: 'unknown' });
  journal.append('disk.disk-0', write('worker-1', 1));
  expect(heard.map((each) => (each.type === 'device' ? `${each.command} ${each.step} ${each.says}` : each.type))).toEqual(['machine', 'off received ', 'off answered says that it is done', 'status answered power off', 'off answered says that it could not']);
  expect(journal.logs()).toEqual(['device', 'disk.disk-0', 'machines']);
});
