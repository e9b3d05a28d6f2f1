import { describe, expect, test } from 'vitest';
import { aNode } from '../../test/builders/node.ts';
import type { LeaseRecord, NodeRecord } from '../model/cluster.ts';
import { tick } from '../model/time.ts';
import { type Heartbeats, heartbeats } from './heartbeats.ts';

const lease = (renewTime: string): LeaseRecord => ({ name: 'n1', uid: 'uid', resourceVersion: '1', holder: 'n1', renewTime });
const sees = (beats: Heartbeats, at: number, ready: NodeRecord['ready'], given: Partial<NodeRecord> = {}): void => beats.node(aNode({ ready, ...given }), 'n1', tick(at));
const renews = (beats: Heartbeats, at: number, renewTime: string): void => beats.lease(lease(renewTime), 'n1', tick(at));

const aNodeOf = (): Heartbeats => {
  const beats = heartbeats();
  sees(beats, 90, 'Unknown');
  return beats;
};

describe('the silence of a node', () => {
  test('begins with the first sight, whatever the Lease and the condition say about earlier', () => {
    const beats = heartbeats();
    sees(beats, 100, 'Unknown');
    renews(beats, 110, '1970-01-01T00:00:00.000000Z');
    expect(beats.of('n1')).toMatchObject({ leaseStillSince: 110, unknownSince: 100, notReadySince: 100, renewTime: '1970-01-01T00:00:00.000000Z' });
    expect(beats.lastLeaseMove).toBeUndefined();
  });

  test('ends with each movement of the Lease, a clock set back included', () => {
    const beats = aNodeOf();
    renews(beats, 100, '12:00:00');
    renews(beats, 110, '12:00:10');
    expect(beats.of('n1')).toMatchObject({ leaseStillSince: 110, renewTime: '12:00:10' });
    renews(beats, 120, '11:00:00');
    expect(beats.of('n1')?.leaseStillSince).toBe(120);
    expect(beats.lastLeaseMove).toBe(120);
  });

  test('is not broken by a Lease that is seen again as it was', () => {
    const beats = aNodeOf();
    renews(beats, 100, '12:00:00');
    renews(beats, 160, '12:00:00');
    expect(beats.of('n1')?.leaseStillSince).toBe(100);
  });

  test('ends when the Lease is deleted, and when it comes back', () => {
    const beats = heartbeats();
    sees(beats, 90, 'Unknown');
    renews(beats, 100, '12:00:00');
    beats.lease(undefined, 'n1', tick(110));
    expect(beats.of('n1')).toMatchObject({ leaseStillSince: 110, renewTime: undefined });
    renews(beats, 170, '12:01:00');
    expect(beats.of('n1')?.leaseStillSince).toBe(170);
  });

  test('a Lease that is deleted is no proof that this controller sees anything', () => {
    const beats = aNodeOf();
    renews(beats, 100, '12:00:00');
    beats.lease(undefined, 'n1', tick(110));
    expect(beats.lastLeaseMove).toBeUndefined();
  });
});

describe('the condition Ready', () => {
  const story = (...seen: [number, NodeRecord['ready']][]): ReturnType<Heartbeats['of']> => {
    const beats = heartbeats();
    for (const [at, ready] of seen) sees(beats, at, ready);
    return beats.of('n1');
  };

  test('counts Unknown from when it began without a break', () => {
    expect(story([100, 'True'], [110, 'Unknown'], [120, 'Unknown'])).toMatchObject({ unknownSince: 110, notReadySince: 110, readySince: undefined });
  });

  test('begins anew after False, and not being Ready does not', () => {
    expect(story([100, 'Unknown'], [110, 'False'], [120, 'Unknown'])).toMatchObject({ unknownSince: 120, notReadySince: 100 });
  });

  test('begins anew after True', () => {
    expect(story([100, 'Unknown'], [110, 'True'], [120, 'Unknown'])).toMatchObject({ unknownSince: 120, notReadySince: 120 });
  });

  test('counts Ready without a break', () => {
    expect(story([100, 'True'], [110, 'False'], [120, 'True'], [130, 'True'])).toMatchObject({ readySince: 120, notReadySince: undefined, unknownSince: undefined });
  });

  test('that is absent is neither Ready nor Unknown', () => {
    expect(story([100, 'Unknown'], [110, undefined])).toMatchObject({ unknownSince: undefined, notReadySince: 100, readySince: undefined });
  });
});

describe('another Node object of the same name', () => {
  test('begins its own silence, also when its predecessor was never seen to go', () => {
    const beats = heartbeats();
    sees(beats, 100, 'Unknown');
    renews(beats, 100, '12:00:00');
    sees(beats, 200, 'Unknown', { uid: 'uid-2' });
    expect(beats.of('n1')).toMatchObject({ unknownSince: 200, notReadySince: 200, leaseStillSince: 200, renewTime: '12:00:00' });
  });

  test('keeps the Lease in sight that outlived its predecessor', () => {
    const beats = heartbeats();
    sees(beats, 100, 'Unknown');
    renews(beats, 100, '12:00:00');
    beats.node(undefined, 'n1', tick(110));
    sees(beats, 120, 'Unknown', { uid: 'uid-2' });
    expect(beats.of('n1')).toMatchObject({ renewTime: '12:00:00', leaseStillSince: 120 });
  });

  test('nothing is kept of a node and a Lease that are both gone', () => {
    const beats = heartbeats();
    sees(beats, 100, 'True');
    renews(beats, 100, '12:00:00');
    beats.node(undefined, 'n1', tick(110));
    beats.lease(undefined, 'n1', tick(120));
    expect(beats.of('n1')).toBeUndefined();
  });
});
