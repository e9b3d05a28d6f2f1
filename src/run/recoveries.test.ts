import { expect, test } from 'vitest';
import type { NodeFence, Phase } from '../model/nodefence.ts';
import { formatInstant, type Instant, instant, minutes, tick } from '../model/time.ts';
import { recoveries } from './recoveries.ts';

const now = instant(Date.UTC(2026, 0, 1, 12));
const ago = (count: number): Instant => instant(now - minutes(count));
const fence = (name: string, phase: Phase, ended: Instant): [string, NodeFence] =>
  [name, { metadata: { name, uid: name }, status: { phase, timeline: [{ time: formatInstant(ended), step: 'Succeeded', outcome: '' }] } } as unknown as NodeFence];
const names = (owed: readonly { fence: NodeFence }[]): string[] => owed.map(({ fence: { metadata } }) => metadata.name);

test('a fence that ends is owed a rebalance once, and one that ends otherwise is not', () => {
  const returned = recoveries({ now, lastRun: undefined });
  const fences = new Map([fence('open', 'Probation', now), fence('recovered', 'Recovered', now)]);
  expect(names(returned.owed(fences, tick(0)))).toEqual([]);
  fences.set(...fence('open', 'Succeeded', instant(now + 5_000)));
  const owed = returned.owed(fences, tick(5));
  expect(names(owed)).toEqual(['open']);
  expect(returned.owed(fences, tick(9))[0]?.since).toBe(5);
  returned.settle(owed);
  expect(returned.owed(fences, tick(10))).toEqual([]);
});

test('a new leader answers what the old one could not, and not what is answered or long ago', () => {
  const fences = new Map([fence('answered', 'Succeeded', ago(10)), fence('owed', 'Succeeded', ago(2)), fence('old', 'Succeeded', ago(60))]);
  expect(names(recoveries({ now, lastRun: ago(5) }).owed(fences, tick(0)))).toEqual(['owed']);
  expect(names(recoveries({ now, lastRun: ago(1) }).owed(fences, tick(0)))).toEqual([]);
  expect(names(recoveries({ now, lastRun: undefined }).owed(fences, tick(0)))).toEqual(['answered', 'owed']);
});
