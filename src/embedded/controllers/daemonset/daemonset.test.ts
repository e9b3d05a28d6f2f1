import { describe, expect, it, test } from 'vitest';
import { embeddedNode } from '../../../../test/builders/embedded.ts';
import { type WorkloadStage, aWorkload, aWorkloadStage, withImage } from '../../../../test/builders/workloads.ts';
import { resources } from '../../../kube/paths.ts';
import { seconds } from '../../../model/time.ts';
import type { Node, PodSpec } from '../workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { fitOf, nodeOf } from './daemon-pod.ts';
import { daemonSetController } from './daemonset.ts';
import type { DaemonSet } from './objects.ts';

async function started(pod: Partial<PodSpec> = {}, nodes: readonly object[] = ['a', 'b', 'c'].map((name) => embeddedNode({ name }))): Promise<WorkloadStage> {
  const stage = aWorkloadStage();
  for (const node of nodes) addNode(stage, node);
  stage.start(daemonSetController());
  stage.store.create(builtInResources.daemonsets, aWorkload('DaemonSet', { name: 'agent', pod }));
  await stage.settle();
  return stage;
}

/** The server gives a new node the taint not-ready, which node lifecycle takes away. */
function addNode({ store }: WorkloadStage, node: object): void {
  const { spec } = node as Node;
  store.update(resources.nodes, { ...store.create(resources.nodes, node), spec: spec ?? {} });
}

/** Nodes that a pod is on or meant for, and how the pods run. */
const nodes = (stage: WorkloadStage): string[] => stage.pods().map((line) => `${nodeOf(stage.pod(line.split(' ')[0] ?? '')?.spec ?? { containers: [] }) ?? ''}${line.includes('ending') ? ' (ending)' : ''}`).sort();
const statusOf = (stage: WorkloadStage): DaemonSet['status'] => stage.get<DaemonSet>(builtInResources.daemonsets, 'agent')?.status;

describe('a DaemonSet', () => {
  it('has a pod for each node, that the scheduler can put on this node only', async () => {
    const stage = await started({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] }] } } } });
    expect(nodes(stage)).toEqual(['a', 'b', 'c']);
    const pod = stage.pod('agent-1');
    expect(pod?.spec.affinity).toEqual({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }] } } });
    expect(pod?.spec.tolerations?.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      'node.kubernetes.io/not-ready:NoExecute', 'node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/disk-pressure:NoSchedule',
      'node.kubernetes.io/memory-pressure:NoSchedule', 'node.kubernetes.io/pid-pressure:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule',
    ]);
    await stage.run('agent-1', 'agent-2');
    expect(statusOf(stage)).toEqual({ currentNumberScheduled: 3, numberMisscheduled: 0, desiredNumberScheduled: 3, numberReady: 2, observedGeneration: 1, updatedNumberScheduled: 3, numberAvailable: 2, numberUnavailable: 1 });
  });

  it('follows nodes that come and change', async () => {
    const stage = await started({ nodeSelector: { disk: 'yes' } });
    expect(nodes(stage)).toEqual([]);
    addNode(stage, embeddedNode({ name: 'd', labels: { disk: 'yes' } }));
    await stage.settle();
    expect(nodes(stage)).toEqual(['d']);
    await stage.update<Node>(resources.nodes, 'd', (node) => ({ ...node, metadata: { ...node.metadata, labels: {} } }));
    expect(nodes(stage)).toEqual([]);
  });

  it('makes another pod only when the last of the node has vanished', async () => {
    const stage = await started();
    stage.store.bind({ namespace: 'default', name: stage.pod('agent-1')?.metadata.name ?? '', uid: stage.pod('agent-1')?.metadata.uid ?? '' }, 'a');
    await stage.remove('agent-1');
    expect(nodes(stage)).toEqual(['a (ending)', 'b', 'c']);
    await stage.end('agent-1');
    expect(nodes(stage)).toEqual(['a', 'b', 'c']);
  });

  it('replaces a pod that failed, and waits longer each time', async () => {
    const stage = await started({}, [embeddedNode({ name: 'a' })]);
    await stage.setPhase('agent-1', 'Failed');
    expect(stage.pods()).toEqual(['agent-2']);
    await stage.setPhase('agent-2', 'Failed');
    expect(stage.pods()).toEqual(['agent-2']);
    await stage.pass(seconds(1));
    expect(stage.pods()).toEqual(['agent-3']);
    await stage.setPhase('agent-3', 'Failed');
    await stage.pass(seconds(1));
    expect(stage.pods()).toEqual(['agent-3']);
    await stage.pass(seconds(1));
    expect(stage.pods()).toEqual(['agent-4']);
  });

  it('rolls a new template out, one node after the other', async () => {
    const stage = await started();
    await stage.run();
    await stage.update(builtInResources.daemonsets, 'agent', withImage('two'));
    const images = (): string[] => stage.pods().map((name) => stage.pod(name)?.spec.containers[0]?.image ?? '').sort();
    expect(images()).toEqual(['one', 'one', 'two']);
    await stage.run();
    expect(images()).toEqual(['one', 'two', 'two']);
    await stage.run();
    expect(images()).toEqual(['two', 'two', 'two']);
    expect(statusOf(stage)).toMatchObject({ updatedNumberScheduled: 3 });
  });
});

const taint = (key: string, effect: string): object => ({ key, effect });

test.each<[what: string, taints: readonly object[], tolerations: PodSpec['tolerations'], expected: object]>([
  ['no taints', [], [], { shouldRun: true, mayStay: true }],
  ['a cordon', [taint('node.kubernetes.io/unschedulable', 'NoSchedule')], [], { shouldRun: true, mayStay: true }],
  ['silence', [taint('node.kubernetes.io/unreachable', 'NoSchedule'), taint('node.kubernetes.io/unreachable', 'NoExecute')], [], { shouldRun: false, mayStay: true }],
  ['a foreign NoSchedule taint', [taint('mine', 'NoSchedule')], [], { shouldRun: false, mayStay: true }],
  ['out-of-service', [taint('node.kubernetes.io/out-of-service', 'NoExecute')], [], { shouldRun: false, mayStay: false }],
  ['out-of-service that is tolerated', [taint('node.kubernetes.io/out-of-service', 'NoExecute')], [{ operator: 'Exists' }], { shouldRun: true, mayStay: true }],
])('with %s on the node, a daemon pod fits: %o', (_, taints, tolerations, expected) => {
  const set = aWorkload('DaemonSet', { name: 'agent', pod: { tolerations: tolerations ?? [] } }) as DaemonSet;
  expect(fitOf(set, embeddedNode({ name: 'a', taints }) as Node)).toEqual(expected);
});
