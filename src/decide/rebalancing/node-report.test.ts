import { expect, test } from 'vitest';
import { parseSelector } from '../../model/selector.ts';
import { aNode } from '../../../test/builders/node.ts';
import { aContainer, aPod } from '../../../test/builders/pod.ts';
import { aPolicy, facts } from '../../../test/builders/rebalancing.ts';
import { removeDuplicates } from '../../../strategies/RemoveDuplicates/strategy.ts';
import { Explanation } from './explanation.ts';
import { reportNodes } from './node-report.ts';

const read = parseSelector('pool=a');
const chosen = { policy: { nodeSelector: 'selector' in read ? read.selector : { requirements: [] } } };
const policy = aPolicy(removeDuplicates, {}, chosen);

test('every node has its pods, requests and what strategies say of it; one that is left out says why', () => {
  const pool = { pool: 'a' };
  const cluster = [aNode({ name: 'n3', labels: {} }), aNode({ name: 'n2', ready: 'Unknown', labels: pool }), aNode({ name: 'n1', labels: pool, unschedulable: true, allocatable: { pods: '9', cpu: '2' } })];
  const running = [aPod({ name: 'a', containers: [aContainer({ requests: { memory: '1Gi', cpu: '1' } })] }), aPod({ name: 'b', containers: [aContainer({ requests: { cpu: '250m' } })] }), aPod({ name: 'done', phase: 'Succeeded', containers: [aContainer({ requests: { cpu: '9' } })] })];
  const explanation = new Explanation(() => true);
  const [first] = cluster.slice(-1);
  if (first !== undefined) explanation.by({ profile: 'p', strategy: 'S' }).node(first, { usage: new Map([['memory', 5n], ['cpu', 7n]]), budget: { z: 1, a: [2n] } });
  const reports = reportNodes(facts({ nodes: cluster, pods: running }), policy, explanation);
  expect(reports.map(({ name, leftOut }) => [name, leftOut])).toEqual([['n1', undefined], ['n2', 'its condition Ready is Unknown'], ['n3', "the policy's nodeSelector does not choose it"]]);
  expect(JSON.stringify(reports[0])).toBe(
    '{"name":"n1","cordoned":true,"pods":2,"requests":{"cpu":"1250m","memory":"1Gi"},"allocatable":{"cpu":"2","pods":"9"},"strategies":[{"profile":"p","strategy":"S","figures":{"budget":{"a":["2"],"z":1},"usage":{"cpu":"7","memory":"5"}}}]}',
  );
});
