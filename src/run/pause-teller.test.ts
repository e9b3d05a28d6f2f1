import { expect, it } from 'vitest';
import type { Paused } from '../model/snapshot.ts';
import { pauseTeller } from './pause-teller.ts';

const regarding = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'evenkeel', uid: '' };

it('tells of a pause and of its end once, and only while it leads', () => {
  const said: string[] = [];
  let paused: Paused | undefined;
  let leading = false;
  const look = pauseTeller({ report: { tell: (what, note) => void said.push(`${what}: ${note}`) }, regarding, paused: () => paused, leading: () => leading });
  paused = { by: 'alice', reason: 'moving the rack' };
  look();
  expect(said).toEqual([]);
  leading = true;
  look();
  look();
  paused = { by: 'bob', reason: '' };
  look();
  paused = undefined;
  look();
  look();
  expect(said.map((line) => line.split(':')[0])).toEqual(['Paused', 'Paused', 'Resumed']);
  expect(said[0]).toContain('alice has paused evenkeel (moving the rack)');
});
