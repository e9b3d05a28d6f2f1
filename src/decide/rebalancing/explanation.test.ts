import { describe, expect, test } from 'vitest';
import type { PodRecord } from '../../model/cluster.ts';
import type { ClusterFacts } from '../../model/rebalancing.ts';
import { instant } from '../../model/time.ts';
import { aNode, aTaint, nodes } from '../../../test/builders/node.ts';
import { aContainer, anOwner, aPod, pods } from '../../../test/builders/pod.ts';
import { aPolicy, facts, type PolicyParts, runCycle } from '../../../test/builders/rebalancing.ts';
import { removeDuplicates } from '../../../strategies/RemoveDuplicates/strategy.ts';
import { type Decision, Explanation } from './explanation.ts';

const hour = 3_600_000;

/** The chain of every pod after a cycle of RemoveDuplicates. */
function chains(given: Partial<ClusterFacts>, args: object = {}, parts: PolicyParts = {}): Record<string, Decision[]> {
  const explanation = new Explanation(() => true);
  runCycle({ facts: facts(given), policy: aPolicy(removeDuplicates, args, parts), now: instant(hour), explain: explanation.by });
  return Object.fromEntries(explanation.pods);
}

const busy = [aContainer({ requests: { cpu: '900m' } })];

describe('a refusal carries the figure that decided', () => {
  const critical = { podProtections: { extraEnabled: ['PodsWithPVC', 'PodsWithoutPDB'], config: { PodsWithPVC: { protectedStorageClasses: [{ name: 'gold' }] } } } };
  const data: PodRecord['volumes'] = [{ kind: 'claim', claim: 'data' }];
  test.each<[string, Partial<PodRecord>, object, string]>([
    ['a priority', { priority: 2_000 }, { priorityThreshold: { value: 1_000 } }, 'its priority 2000 is at or above the threshold 1000'],
    ['replicas', {}, { minReplicas: 2 }, 'its owner, ReplicaSet web, has 1 of minReplicas 2 pods'],
    ['age', { startTime: instant(60_000) }, { minPodAge: '1h' }, 'its age 59m is below minPodAge 1h'],
    ['no start', {}, { minPodAge: '1h' }, 'it has not started, and minPodAge is set'],
    ['volumes', { volumes: [{ kind: 'emptyDir' }, { kind: 'hostPath' }, { kind: 'emptyDir' }] }, {}, 'it has local storage: 2 emptyDir, 1 hostPath'],
    ['a DaemonSet', { owners: [anOwner({ kind: 'DaemonSet', name: 'agent' })] }, {}, 'it belongs to the DaemonSet agent'],
    ['labels', {}, { labelSelector: { matchLabels: { tier: 'web' } } }, 'its labels do not match labelSelector (tier=web)'],
    ['a namespace', {}, { namespaceLabelSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a', 'b'] }] } }, 'its namespace shop does not match namespaceLabelSelector (team notin (a,b))'],
    ['a missing claim', { volumes: data }, critical, 'its persistent volume claim data cannot be found, so its storage class may be a protected one'],
    ['budgets', {}, critical, 'none of the 0 disruption budgets of namespace shop covers it'],
    ['a static pod', { annotations: { 'kubernetes.io/config.source': 'file' } }, {}, 'it is a static pod (from file)'],
  ])('%s', (_, pod, evictor, because) => {
    const [decision] = chains({ nodes: nodes('n1', 'n2'), pods: [aPod(pod)] }, {}, { evictor })['shop/web-1'] ?? [];
    expect(decision).toMatchObject({ profile: 'default', strategy: 'RemoveDuplicates', decision: 'refused', because });
  });

  test('node fit names the nearest nodes and what each lacks', () => {
    const cluster = [
      aNode({ name: 'n1' }),
      aNode({ name: 'n2', unschedulable: true }),
      aNode({ name: 'n3', taints: [aTaint({ value: 'gpu' })] }),
      aNode({ name: 'n4', allocatable: { cpu: '1', pods: '9' } }),
      aNode({ name: 'n5', allocatable: { cpu: '8', pods: '0' } }),
    ];
    const running = [aPod({ containers: busy }), aPod({ name: 'other', node: 'n4', containers: [aContainer({ requests: { cpu: '600m' } })] })];
    const chain = chains({ nodes: cluster, pods: running }, {}, { evictor: { nodeFit: true } })['shop/web-1'];
    expect(chain?.[0]).toMatchObject({ filter: 'NodeFit', because: 'no other node would take it: n4: cpu 900m wanted, 400m free; n5: no room for one more pod; n3: taint dedicated=gpu:NoSchedule; 1 more' });
  });

  test('node fit names the wish and the anti-affinity that keep a pod away', () => {
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'x' } } }] } };
    const running = [aPod({ affinity, labels: { app: 'x' } }), aPod({ name: 'other', node: 'n2', labels: { app: 'x' } })];
    expect(chains({ nodes: nodes('n1', 'n2'), pods: running }, {}, { evictor: { nodeFit: true } })['shop/web-1']?.[0]?.because).toBe('no other node would take it: n2: a pod that its anti-affinity (kubernetes.io/hostname) excludes runs there');
    expect(chains({ nodes: nodes('n1', 'n2'), pods: [aPod({ nodeSelector: { disk: 'ssd' } })] }, {}, { evictor: { nodeFit: true } })['shop/web-1']?.[0]?.because).toContain("n2: the pod's node selector or affinity excludes it");
  });
});

describe('the chain of a pod', () => {
  test('tells what became of each proposal, and why copies stay', () => {
    const given = { nodes: nodes('n1', 'n2', 'n3'), pods: [...pods(4, 'n1'), ...pods(1, 'n2')] };
    const said = chains(given, {}, { limits: { perNode: 1 } });
    expect(Object.entries(said).map(([name, chain]) => `${name} ${chain.map(({ decision, because }) => `${decision}: ${because}`).join(' / ')}`)).toEqual([
      'shop/web-n1-1 stays: it is the first of the 5 copies of ReplicaSet shop/web on n1: each node keeps its first',
      'shop/web-n2-1 stays: it is the first of the 5 copies of ReplicaSet shop/web on n2: each node keeps its first',
      "shop/web-n1-2 stays: it is within its node's share: n1 has 4 of the 5 copies of ReplicaSet shop/web; an even share over 3 nodes is 2",
      'shop/web-n1-3 evicted: n1 has 4 of the 5 copies of ReplicaSet shop/web; an even share over 3 nodes is 2',
      'shop/web-n1-4 limited: n1 has 4 of the 5 copies of ReplicaSet shop/web; an even share over 3 nodes is 2; node eviction limit exceeded (1)',
    ]);
  });

  test('tells why a group has nowhere to go, or no duplicates, or is excluded', () => {
    const alone = chains({ nodes: [aNode({ labels: { only: 'n1' } }), ...nodes('n2')], pods: pods(2, 'n1', { nodeSelector: { only: 'n1' } }) });
    expect(alone['shop/web-n1-2']?.[0]?.because).toBe("at most one of the cycle's nodes takes the 2 copies of ReplicaSet shop/web");
    expect(chains({ nodes: nodes('n1', 'n2'), pods: pods(1, 'n1') })['shop/web-n1-1']?.[0]?.because).toBe('it is the only copy of ReplicaSet shop/web on n1: no node has a second one');
    expect(chains({ nodes: nodes('n1', 'n2'), pods: pods(2, 'n1') }, { excludeOwnerKinds: ['ReplicaSet'] })['shop/web-n1-2']?.[0]?.because).toBe('its owner is of a kind in excludeOwnerKinds (ReplicaSet)');
  });

  test('is kept only for the pods that somebody asks about', () => {
    const explanation = new Explanation(({ name }) => name === 'web-n1-1');
    runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: pods(4, 'n1') }), policy: aPolicy(removeDuplicates), explain: explanation.by });
    expect([...explanation.pods.keys()]).toEqual(['shop/web-n1-1']);
  });

  test('asking why changes nothing about what is done', () => {
    const given = facts({ nodes: nodes('n1', 'n2', 'n3'), pods: [...pods(5, 'n1'), ...pods(2, 'n2', { volumes: [{ kind: 'emptyDir' }] }), ...pods(1, 'n3')] });
    const policy = aPolicy(removeDuplicates, {}, { evictor: { nodeFit: true } });
    const asked = runCycle({ facts: given, policy, explain: new Explanation(() => true).by });
    expect(asked).toEqual(runCycle({ facts: given, policy }));
  });
});
