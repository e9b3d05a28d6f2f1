import { expect, test } from 'vitest';
import { aNode, aTaint, nodes } from '../../../test/builders/node.ts';
import { aContainer, aPod, pods } from '../../../test/builders/pod.ts';
import { imbalance } from './imbalance.ts';

const over = (...all: ReturnType<typeof pods>) => (node: string) => all.filter((pod) => pod.node === node);

test('is the standard deviation of pods and of requested cores', () => {
  const containers = [aContainer({ requests: { cpu: '500m' } })];
  const there = over(...pods(3, 'n1', { containers }), ...pods(1, 'n2', { containers }));
  expect(imbalance(nodes('n1', 'n2'), there)).toEqual({ pods: 1, cpu: 0.5 });
  expect(imbalance(nodes('n1'), there)).toEqual({ pods: 0, cpu: 0 });
  expect(imbalance([], there)).toEqual({ pods: 0, cpu: 0 });
});

test('counts nodes that pods may land on, and those on probation; not finished or ending pods', () => {
  const there = over(...pods(2, 'n1'), aPod({ name: 'done', node: 'n1', phase: 'Succeeded' }), aPod({ name: 'ending', node: 'n1', deletionTimestamp: 1 as never }));
  const others = [aNode({ name: 'dead', ready: 'Unknown' }), aNode({ name: 'cordoned', unschedulable: true }), aNode({ name: 'control-plane', taints: [aTaint()] })];
  expect(imbalance([...nodes('n1'), ...others], there).pods).toBe(0);
  expect(imbalance([...nodes('n1'), aNode({ name: 'back', taints: [aTaint({ key: 'evenkeel.dev/fencing' })] })], there).pods).toBe(1);
});
