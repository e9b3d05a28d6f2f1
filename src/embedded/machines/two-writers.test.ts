import { expect, test } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { type Disks, type Writer, disksIn } from './disks.ts';
import { memoryJournal } from './journal.ts';
import { findCorruption, findTwoWriters } from './two-writers.ts';

const old: Writer = { node: 'worker-1', bootID: 'boot-1', podUID: 'uid-1', pod: 'search/es-0' };
const next: Writer = { node: 'worker-2', bootID: 'boot-2', podUID: 'uid-2', pod: 'search/es-0' };

const fresh = (): Disks => disksIn(memoryJournal(), fakeClock());

function begin(disks: Disks, writer: Writer): void {
  disks.attach('disk-0', writer.node);
  disks.mount('disk-0', writer.node);
  disks.open('disk-0', writer);
  disks.write('disk-0', writer);
}

function end(disks: Disks, writer: Writer): void {
  disks.close('disk-0', writer, 'pod is deleted');
  disks.unmount('disk-0', writer.node, 'kubelet');
  disks.detach('disk-0', writer.node);
}

const kinds = (disks: Disks): string[] => findTwoWriters(disks.entries('disk-0')).map(({ kind }) => kind);

test('an orderly move from one machine to another is no finding', () => {
  const disks = fresh();
  begin(disks, old);
  end(disks, old);
  begin(disks, next);
  disks.write('disk-0', next);
  expect(kinds(disks)).toEqual([]);
  expect(findCorruption(disks).size).toBe(0);
});

test('a disk pulled from a machine that lost its power is no finding', () => {
  const disks = fresh();
  begin(disks, old);
  disks.close('disk-0', old, 'power');
  disks.unmount('disk-0', old.node, 'power');
  disks.detach('disk-0', old.node);
  begin(disks, next);
  expect(kinds(disks)).toEqual([]);
});

test('a restart of the same pod on the same machine after a boot is no finding', () => {
  const disks = fresh();
  begin(disks, old);
  disks.close('disk-0', old, 'power');
  disks.unmount('disk-0', old.node, 'power');
  begin(disks, { ...old, bootID: 'boot-7' });
  expect(kinds(disks)).toEqual([]);
});

test('a disk pulled while mounted is found before anybody has written', () => {
  const disks = fresh();
  begin(disks, old);
  disks.detach('disk-0', old.node);
  expect(kinds(disks)).toEqual(['pulled while mounted']);
});

test('a writer that begins while the other container runs is found, whether or not that one writes again', () => {
  const disks = fresh();
  begin(disks, old);
  disks.unmount('disk-0', old.node, 'test');
  disks.detach('disk-0', old.node);
  begin(disks, next);
  expect(kinds(disks)).toEqual(['opened while another writer ran']);
});

test('a write to a disk that was given away is found', () => {
  const disks = fresh();
  begin(disks, old);
  disks.unmount('disk-0', old.node, 'test');
  disks.detach('disk-0', old.node);
  disks.write('disk-0', old);
  expect(kinds(disks)).toEqual(['wrote without attachment']);
});

test('a write after the successor began is found even when the log says that the writer had ended', () => {
  const disks = fresh();
  begin(disks, old);
  end(disks, old);
  begin(disks, next);
  disks.close('disk-0', next, 'test');
  disks.unmount('disk-0', next.node, 'test');
  disks.detach('disk-0', next.node);
  disks.attach('disk-0', old.node);
  disks.write('disk-0', old);
  expect(kinds(disks)).toEqual(['wrote after its successor']);
});

test('a finding is told once, not once per write', () => {
  const disks = fresh();
  begin(disks, old);
  disks.unmount('disk-0', old.node, 'test');
  disks.detach('disk-0', old.node);
  for (let count = 0; count < 5; count += 1) disks.write('disk-0', old);
  expect(findTwoWriters(disks.entries('disk-0'))).toHaveLength(1);
});

test('a disk is attached to one machine at a time', () => {
  const disks = fresh();
  expect(disks.attach('disk-0', 'worker-1')).toEqual({ kind: 'attached' });
  expect(disks.attach('disk-0', 'worker-1')).toEqual({ kind: 'attached' });
  expect(disks.attach('disk-0', 'worker-2')).toEqual({ kind: 'refused', attachedTo: 'worker-1' });
  disks.detach('disk-0', 'worker-2');
  expect(disks.attachedTo('disk-0')).toBe('worker-1');
});
