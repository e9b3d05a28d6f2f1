import { describe, expect, test } from 'vitest';
import { parseQuantity, toMilliValue, toValue } from '../../../model/quantity.ts';
import { aNode, aTaint } from '../../../../test/builders/node.ts';
import { aPod } from '../../../../test/builders/pod.ts';
import type { Toleration } from '../../../model/cluster.ts';
import { isOverUtilised, isUnderUtilised } from './classification.ts';
import { toleratesOneOf } from './destination-taints.ts';
import { byLoadAscending, byLoadDescending, cap, capacityOf, type NodeUsage, percentage, total } from './node-usage.ts';

const amounts = (given: Readonly<Record<string, string>>): Map<string, NonNullable<ReturnType<typeof parseQuantity>>> =>
  new Map(Object.entries(given).flatMap(([name, text]) => {
    const read = parseQuantity(text);
    return read === undefined ? [] : [[name, read]];
  }));
const usage = (used: Readonly<Record<string, string>>, capacity: Readonly<Record<string, string>>, name = 'n1'): NodeUsage => ({ node: aNode({ name }), capacity: amounts(capacity), used: amounts(used) });
const limit = (percent: number): Map<string, number> => new Map([['cpu', percent]]);
const ofHundred = (used: number): NodeUsage => usage({ cpu: `${used}m` }, { cpu: '100m' });

describe('percentages are doubles, in the order of the reference', () => {
  test.each([
    [7, 7.000000000000001],
    [14, 14.000000000000002],
    [28, 28.000000000000004],
    [29, 28.999999999999996],
    [50, 50],
  ])('%d of 100', (used, percent) => {
    expect(percentage(ofHundred(used), 'cpu')).toBe(percent);
  });

  test.each([
    ['cpu counts in thousandths, rounded up', usage({ cpu: '1' }, { cpu: '2500u' }), 'cpu', (1_000 / 3) * 100],
    ['memory counts in bytes', usage({ memory: '1Gi' }, { memory: '4Gi' }), 'memory', 25],
    ['a capacity of 0 gives 0', usage({ cpu: '1' }, { cpu: '0' }), 'cpu', 0],
    ['what the node does not have has none', usage({ gpu: '1' }, { cpu: '1' }), 'gpu', undefined],
  ])('%s', (_, given, resource, percent) => {
    expect(percentage(given, resource)).toBe(percent);
  });
});

test.each<[NodeUsage, number, boolean, boolean]>([
  [ofHundred(28), 28, false, true],
  [ofHundred(29), 29, true, false],
  [ofHundred(50), 50, true, false],
  [ofHundred(51), 50, false, true],
  [usage({ cpu: '1' }, {}), 0, true, false],
])('under and over are decided by the double (%#)', (given, percent, under, over) => {
  expect([isUnderUtilised(given, limit(percent)), isOverUtilised(given, limit(percent))]).toEqual([under, over]);
});

test('under is about every resource, over about some', () => {
  const mixed = usage({ cpu: '10m', memory: '90' }, { cpu: '100m', memory: '100' });
  const both = new Map([['cpu', 50], ['memory', 50]]);
  expect([isUnderUtilised(mixed, both), isOverUtilised(mixed, both)]).toEqual([false, true]);
});

describe('caps', () => {
  test.each([
    [29, 28n],
    [57, 57n],
    [58, 57n],
    [50, 50n],
    [100, 100n],
    [0, 0n],
  ])('%d %% of 100 is %s', (percent, expected) => {
    expect(toMilliValue(cap(ofHundred(1), 'cpu', percent))).toBe(expected);
    expect(toValue(cap(usage({}, { memory: '100' }), 'memory', percent))).toBe(expected);
  });

  test('without a limit it is the exact capacity, and nothing where the node does not have the resource', () => {
    const given = usage({}, { cpu: '100500u' });
    expect(cap(given, 'cpu', undefined)).toBe(100_500_000n);
    expect(cap(given, 'gpu', undefined)).toBe(0n);
    expect(cap(given, 'gpu', 50)).toBe(0n);
  });
});

test('the load adds milli-CPUs, bytes and counts; equal loads keep the order of names', () => {
  const some = usage({ cpu: '2', memory: '500', pods: '3' }, {}, 'a');
  const same = usage({ cpu: '0', memory: '2503' }, {}, 'b');
  const more = usage({ cpu: '0', memory: '2504' }, {}, 'c');
  expect(total(some)).toBe(2_503n);
  expect(byLoadDescending([some, same, more])).toEqual([more, some, same]);
  expect(byLoadAscending([more, some, same])).toEqual([some, same, more]);
});

test('allocatable is the capacity where there is one; what cannot be read is not there', () => {
  expect(capacityOf(aNode({ allocatable: { cpu: '1', memory: 'much' }, capacity: { cpu: '2', memory: '1' } }))).toEqual(amounts({ cpu: '1' }));
  expect(capacityOf(aNode({ allocatable: {}, capacity: { cpu: '2' } }))).toEqual(amounts({ cpu: '2' }));
  expect(capacityOf(aNode({ allocatable: {}, capacity: {} })).size).toBe(0);
});

describe('a pod is welcome where it tolerates every taint, and has as many tolerations as there are taints', () => {
  const exists: Toleration = { operator: 'Exists' };
  const two = aNode({ name: 'two', taints: [aTaint({ key: 'a' }), aTaint({ key: 'b', effect: 'PreferNoSchedule' })] });
  const one = aNode({ name: 'one', taints: [aTaint({ key: 'c' })] });

  test.each<[string, Toleration[], boolean]>([
    ['none', [], false],
    ['one that covers both taints of one node and the taint of the other', [exists], true],
    ['one for the wrong key', [{ key: 'a', operator: 'Exists' }], false],
    ['two for both', [{ key: 'a', operator: 'Exists' }, { key: 'b', operator: 'Exists' }], true],
    ['two for one of them', [{ key: 'a', operator: 'Exists' }, { key: 'x', operator: 'Exists' }], false],
  ])('%s', (_, tolerations, welcome) => {
    const tolerates = toleratesOneOf([two, one]);
    expect(tolerates(aPod({ tolerations }))).toBe(welcome);
    expect(tolerates(aPod({ tolerations: [...tolerations] }))).toBe(welcome);
  });

  test('one toleration does not do for two taints', () => {
    expect(toleratesOneOf([two])(aPod({ tolerations: [exists] }))).toBe(false);
  });

  test('a node without taints is open to all, and no node to none', () => {
    expect(toleratesOneOf([two, aNode()])(aPod())).toBe(true);
    expect(toleratesOneOf([])(aPod())).toBe(false);
  });
});
