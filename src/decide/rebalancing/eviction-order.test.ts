import { describe, expect, test } from 'vitest';
import type { ContainerRecord, PodRecord } from '../../model/cluster.ts';
import { aContainer, aPod } from '../../../test/builders/pod.ts';
import { byEvictionOrder, compareRanks, qosClassOf, rankOf } from './eviction-order.ts';

const keep = { annotations: { 'descheduler.alpha.kubernetes.io/prefer-no-eviction': 'false' } };
const both = { cpu: '1', memory: '1Gi' };
const computed = (containers: ContainerRecord[], initContainers: ContainerRecord[] = []): string => qosClassOf(aPod({ qosClass: undefined, containers, initContainers }));

describe('the order in which the pods of a node go', () => {
  const order: [title: string, first: Partial<PodRecord>, second: Partial<PodRecord>][] = [
    ['no priority before any priority, even a negative one', {}, { priority: -1_000 }],
    ['no priority before priority 0', { qosClass: 'Guaranteed' }, { priority: 0, qosClass: 'BestEffort' }],
    ['a lower priority before a higher one, whatever their QoS', { priority: -5, qosClass: 'Guaranteed' }, { priority: 3, qosClass: 'BestEffort' }],
    ['BestEffort before Burstable', { qosClass: 'BestEffort', ...keep }, { qosClass: 'Burstable' }],
    ['Burstable before Guaranteed', { qosClass: 'Burstable', ...keep }, { qosClass: 'Guaranteed' }],
    ['those that ask to stay last among equals, whatever the value of the annotation', { priority: 1 }, { priority: 1, ...keep }],
    ['by namespace among equals', { namespace: 'a', name: 'z' }, { namespace: 'b', name: 'a' }],
    ['by name within a namespace', { name: 'a' }, { name: 'b' }],
  ];

  test.each(order)('%s', (_, first, second) => {
    const expected = [aPod({ name: 'b', ...first }), aPod({ name: 'a', ...second })];
    expect(expected.toReversed().toSorted(byEvictionOrder)).toEqual(expected);
  });

  test('age, requests and restarts play no role', () => {
    const small = aPod({ name: 'a', qosClass: 'Burstable' });
    const large = aPod({ name: 'b', qosClass: 'Burstable', containers: [aContainer({ requests: both, restarts: 9 })] });
    expect(compareRanks(rankOf(small), rankOf(large))).toBe(0);
  });
});

describe('the QoS class of a pod', () => {
  test('is what the API server says', () => {
    expect(qosClassOf(aPod({ qosClass: 'Guaranteed' }))).toBe('Guaranteed');
  });

  test('an empty one is computed', () => {
    expect(qosClassOf(aPod({ qosClass: '', containers: [aContainer({ requests: both })] }))).toBe('Burstable');
  });

  test.each([
    ['no requests and no limits', [aContainer()], 'BestEffort'],
    ['no containers', [], 'BestEffort'],
    ['zero quantities', [aContainer({ requests: { cpu: '0' }, limits: { memory: '0' } })], 'BestEffort'],
    ['other resources', [aContainer({ requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } })], 'BestEffort'],
    ['quantities that nobody can read', [aContainer({ requests: { cpu: 'much' } })], 'BestEffort'],
    ['a request alone', [aContainer({ requests: { cpu: '1m' } })], 'Burstable'],
    ['limits alone', [aContainer({ limits: both })], 'Burstable'],
    ['requests below the limits', [aContainer({ requests: { ...both, cpu: '500m' }, limits: both })], 'Burstable'],
    ['limits of one resource', [aContainer({ requests: { cpu: '1' }, limits: { cpu: '1' } })], 'Burstable'],
    ['one container without limits', [aContainer({ requests: both, limits: both }), aContainer()], 'Burstable'],
    ['requests equal to the limits', [aContainer({ requests: both, limits: both })], 'Guaranteed'],
    ['the same amount in other words', [aContainer({ requests: { cpu: '1000m', memory: '1024Mi' }, limits: both })], 'Guaranteed'],
  ] as const)('%s', (_, containers, expected) => {
    expect(computed([...containers])).toBe(expected);
  });

  test('init containers count', () => {
    const guaranteed = aContainer({ requests: both, limits: both });
    expect(computed([guaranteed], [guaranteed])).toBe('Guaranteed');
    expect(computed([guaranteed], [aContainer()])).toBe('Burstable');
    expect(computed([aContainer()], [aContainer({ requests: { memory: '1' } })])).toBe('Burstable');
  });
});
