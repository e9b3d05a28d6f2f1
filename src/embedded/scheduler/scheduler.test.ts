import { describe, expect, it, test } from 'vitest';
import { embeddedNode } from '../../../test/builders/embedded.ts';
import { type WorkloadStage, aWorkload, aWorkloadStage } from '../../../test/builders/workloads.ts';
import { resources } from '../../kube/paths.ts';
import { minutes, seconds } from '../../model/time.ts';
import { runVolumeBinding } from '../controllers/volume-binding/volume-binding.ts';
import type { Claim, Node, PersistentVolume, PodSpec } from '../controllers/workload/objects.ts';
import { builtInResources } from '../api-server/kinds/resources.ts';
import { scheduler } from './scheduler.ts';

interface NodeWish { readonly labels?: Readonly<Record<string, string>>; readonly cpu?: string; readonly pods?: string; readonly taints?: readonly object[]; readonly unschedulable?: boolean }

function addNode({ store }: WorkloadStage, name: string, { labels = {}, cpu = '4', pods = '110', taints = [], unschedulable }: NodeWish = {}): void {
  const node = embeddedNode({ name, labels: { 'kubernetes.io/hostname': name, ...labels }, status: { allocatable: { cpu, memory: '8Gi', pods } } });
  store.update(resources.nodes, { ...store.create(resources.nodes, node), spec: { taints, ...(unschedulable === undefined ? {} : { unschedulable }) } });
}

type PodExtras = Partial<PodSpec> & { readonly labels?: Readonly<Record<string, string>>; readonly cpu?: string };

function addPod({ store }: WorkloadStage, name: string, { labels = {}, cpu = '1', ...spec }: PodExtras = {}): void {
  store.create(resources.pods, {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'main', image: 'one', resources: { requests: { cpu } } }], ...spec },
  });
}

function started(nodes: Readonly<Record<string, NodeWish>>): WorkloadStage {
  const stage = aWorkloadStage();
  for (const [name, wish] of Object.entries(nodes)) addNode(stage, name, wish);
  stage.start(scheduler());
  stage.start(runVolumeBinding);
  return stage;
}

const nodeOf = (stage: WorkloadStage, name: string): string => stage.pod(name)?.spec.nodeName ?? '-';
const scheduled = (stage: WorkloadStage, name: string): string | undefined => stage.pod(name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;

const anti = (app: string, topologyKey = 'kubernetes.io/hostname') => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey }] } });
const near = (app: string, topologyKey: string) => ({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey }] } });
const named = (...names: string[]) => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: names }] }] } } });

it('gives a pod to a node, says so, and sets the condition', async () => {
  const stage = started({ a: {} });
  addPod(stage, 'web');
  await stage.settle();
  expect(nodeOf(stage, 'web')).toBe('a');
  expect(stage.pod('web')?.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
  expect(stage.events('web')).toEqual(['Scheduled']);
});

interface Row { readonly nodes: Readonly<Record<string, NodeWish>>; readonly placed?: Readonly<Record<string, PodExtras>>; readonly pod?: PodExtras; readonly message: string }
const none = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';

test.each<[why: string, row: Row]>([
  ['there are no nodes', { nodes: {}, message: 'no nodes available to schedule pods' }],
  ['nodes are cordoned and full', { nodes: { a: { unschedulable: true }, b: { cpu: '500m' }, c: { pods: '0' } }, message: `0/3 nodes are available: 1 Insufficient cpu, 1 Too many pods, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: 1 ${noVictims}, 2 ${none}.` }],
  ['a taint is not tolerated', { nodes: { a: { taints: [{ key: 'k', effect: 'NoExecute' }] } }, message: `0/1 nodes are available: 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${none}.` }],
  ['no node has the labels', { nodes: { a: {}, b: {} }, pod: { nodeSelector: { gpu: 'yes' } }, message: `0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available: 2 ${none}.` }],
  ['the one node that it may go to is full', { nodes: { a: {}, b: { cpu: '1m' } }, pod: { affinity: named('b') }, message: `0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/2 nodes are available: 2 ${none}.` }],
  ['all nodes have one of its kind', { nodes: { a: {} }, placed: { one: { labels: { app: 'es' } } }, pod: { labels: { app: 'es' }, affinity: anti('es') }, message: `0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${noVictims}.` }],
  ['a pod that is there wants to be alone', { nodes: { a: {} }, placed: { one: { affinity: anti('es') } }, pod: { labels: { app: 'es' } }, message: `0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${noVictims}.` }],
  ['nobody whom it wants near is there', { nodes: { a: {} }, pod: { affinity: near('db', 'kubernetes.io/hostname') }, message: `0/1 nodes are available: 1 node(s) didn't match pod affinity rules. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${none}.` }],
  ['the host port is taken', { nodes: { a: {} }, placed: { one: { containers: [{ name: 'main', image: 'one', ports: [{ containerPort: 80, hostPort: 80 } as object] }] } }, pod: { containers: [{ name: 'main', image: 'one', ports: [{ containerPort: 80, hostPort: 80 } as object] }] }, message: `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${noVictims}.` }],
  ['its claim does not exist', { nodes: { a: {} }, pod: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'gone' } }] }, message: `0/1 nodes are available: persistentvolumeclaim "gone" not found. not found` }],
  [
    'its zone has one more than the others',
    {
      nodes: { a: { labels: { zone: 'x' } }, b: { labels: { zone: 'y' }, unschedulable: true } }, placed: { one: { labels: { app: 'es' } } },
      pod: { labels: { app: 'es' }, topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'es' } } }] },
      message: `0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 1 ${noVictims}, 1 ${none}.`,
    },
  ],
])('leaves a pod unscheduled and says why when %s', async (_, { nodes, placed = {}, pod = {}, message }) => {
  const stage = started(nodes);
  for (const [name, wish] of Object.entries(placed)) addPod(stage, name, wish);
  await stage.settle();
  addPod(stage, 'web', pod);
  await stage.settle();
  expect(scheduled(stage, 'web')).toBe(message);
  expect(stage.pod('web')?.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }]);
  expect(stage.events('web')).toEqual(['FailedScheduling']);
});

describe('a pod that found no node', () => {
  it.each<[change: string, nodes: Readonly<Record<string, NodeWish>>, pod: PodExtras, change_: (stage: WorkloadStage) => unknown]>([
    ['a node comes', { a: { cpu: '1m' } }, {}, (stage) => addNode(stage, 'b')],
    ['the cordon is lifted', { a: { unschedulable: true } }, {}, (stage) => stage.update<Node>(resources.nodes, 'a', (node) => ({ ...node, spec: {} }))],
    ['the taint is taken away', { a: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }, {}, (stage) => stage.update<Node>(resources.nodes, 'a', (node) => ({ ...node, spec: {} }))],
    ['another pod is deleted', { a: { cpu: '4' } }, { cpu: '3' }, (stage) => stage.store.remove(resources.pods, { namespace: 'default', name: 'first' }, { gracePeriodSeconds: 0 })],
    ['another pod has ended', { a: { cpu: '4' } }, { cpu: '3' }, (stage) => stage.setPhase('first', 'Succeeded')],
  ])('is tried again when %s, after its back-off', async (_, nodes, pod, change) => {
    const stage = started(nodes);
    addPod(stage, 'first', { cpu: '2' });
    await stage.settle();
    addPod(stage, 'web', pod);
    await stage.settle();
    expect(nodeOf(stage, 'web')).toBe('-');
    await change(stage);
    await stage.settle();
    expect(nodeOf(stage, 'web')).toBe('-');
    await stage.pass(seconds(1));
    expect(nodeOf(stage, 'web')).not.toBe('-');
  });

  it('is not tried again for changes that cannot help it, but after five minutes', async () => {
    const stage = started({ a: { cpu: '500m' } });
    addPod(stage, 'web');
    await stage.settle();
    const tries = (): number => [...stage.store.list(resources.events)].filter((event) => event['reason'] === 'FailedScheduling').length;
    addPod(stage, 'small', { cpu: '1m' });
    await stage.pass(minutes(4));
    expect(tries()).toBe(1);
    await stage.pass(minutes(2));
    expect(tries()).toBe(2);
    await stage.pass(minutes(5));
    expect([...stage.store.list(resources.events)].map((event) => event['series'] ?? null)).toContainEqual(expect.objectContaining({ count: 2 }));
    expect(tries()).toBe(2);
  });
});

it('lets the pod with the higher priority go first, then the one that came first', async () => {
  const stage = started({ a: { cpu: '1m' } });
  for (const [name, value] of [['low', 1], ['high', 100]] as const) stage.store.create(resources.priorityclasses, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value });
  for (const [name, priorityClassName] of [['first', 'low'], ['second', 'low'], ['third', 'high']] as const) addPod(stage, name, { priorityClassName } as PodExtras);
  await stage.settle();
  addNode(stage, 'b', { cpu: '2' });
  await stage.pass(seconds(1));
  expect(['first', 'second', 'third'].map((name) => nodeOf(stage, name))).toEqual(['b', '-', 'b']);
});

it('puts one pod with anti-affinity to its own kind on each node', async () => {
  const stage = started({ a: {}, b: {}, c: {} });
  for (const name of ['one', 'two', 'three', 'four']) addPod(stage, name, { labels: { app: 'es' }, affinity: anti('es') });
  await stage.settle();
  expect(['one', 'two', 'three'].map((name) => nodeOf(stage, name)).sort()).toEqual(['a', 'b', 'c']);
  expect(nodeOf(stage, 'four')).toBe('-');
});

it('keeps pods together that want it, beginning with one that is alone', async () => {
  const stage = started({ a: {}, b: {}, c: {} });
  for (const name of ['one', 'two', 'three']) addPod(stage, name, { labels: { app: 'db' }, affinity: near('db', 'kubernetes.io/hostname') });
  await stage.settle();
  expect(new Set(['one', 'two', 'three'].map((name) => nodeOf(stage, name))).size).toBe(1);
});

it('leaves alone pods of other schedulers, with gates, or that are bound', async () => {
  const stage = started({ a: {} });
  addPod(stage, 'foreign', { schedulerName: 'other' });
  addPod(stage, 'gated', { schedulingGates: [{ name: 'wait' }] });
  addPod(stage, 'bound', { nodeName: 'elsewhere' });
  await stage.settle();
  expect(['foreign', 'gated', 'bound'].map((name) => nodeOf(stage, name))).toEqual(['-', '-', 'elsewhere']);
});

describe('preferences', () => {
  it.each<[what: string, nodes: Readonly<Record<string, NodeWish>>, pod: PodExtras, expected: string]>([
    ['the emptier node', { a: { cpu: '8' }, b: { cpu: '2' } }, {}, 'a'],
    ['the node without a PreferNoSchedule taint', { a: { cpu: '8', taints: [{ key: 'k', effect: 'PreferNoSchedule' }] }, b: { cpu: '4' } }, {}, 'b'],
    ['the node that it prefers by label', { a: { cpu: '8' }, b: { cpu: '4', labels: { ssd: 'yes' } } }, { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: 'ssd', operator: 'Exists' }] } }] } } }, 'b'],
  ])('choose %s', async (_, nodes, pod, expected) => {
    const stage = started(nodes);
    addPod(stage, 'web', pod);
    await stage.settle();
    expect(nodeOf(stage, 'web')).toBe(expected);
  });

  it('spread the pods of a ReplicaSet over zones and nodes without being asked', async () => {
    const stage = started(Object.fromEntries(['a', 'b', 'c', 'd'].map((name, index) => [name, { labels: { 'topology.kubernetes.io/zone': index < 2 ? 'x' : 'y' } }])));
    const set = stage.store.create(builtInResources.replicasets, aWorkload('ReplicaSet', { name: 'web', spec: { replicas: 4 } }));
    for (const index of [1, 2, 3, 4]) {
      stage.store.create(resources.pods, {
        apiVersion: 'v1', kind: 'Pod',
        metadata: { name: `web-${index}`, namespace: 'default', labels: { app: 'web' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: set.metadata.uid, controller: true }] },
        spec: { containers: [{ name: 'main', image: 'one' }] },
      });
    }
    await stage.settle();
    expect([1, 2, 3, 4].map((index) => nodeOf(stage, `web-${index}`)).sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('volumes', () => {
  const volume = (name: string, spec: object = {}): object => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'disk', csi: { driver: 'd', volumeHandle: name }, ...spec } });
  const claim = (name: string, spec: object = {}): object => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } }, ...spec } });
  const uses = (claimName: string): PodExtras => ({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });
  const onNode = (name: string): object => ({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }] }] } } });

  async function withVolumes(nodes: Readonly<Record<string, NodeWish>>, objects: { readonly volumes?: readonly object[]; readonly claims?: readonly object[]; readonly provisioner?: string }): Promise<WorkloadStage> {
    const stage = started(nodes);
    stage.store.create(builtInResources.storageclasses, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: objects.provisioner ?? 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' });
    for (const each of objects.volumes ?? []) stage.store.create(resources.persistentvolumes, each);
    for (const each of objects.claims ?? []) stage.store.create(resources.persistentvolumeclaims, each);
    await stage.settle();
    return stage;
  }

  it('are chosen with the node, bound by the other controller, and only then is the pod bound', async () => {
    const stage = await withVolumes({ a: {}, b: {} }, { volumes: [volume('va', onNode('b'))], claims: [claim('data')] });
    const steps: string[] = [];
    stage.store.subscribe(resources.pods, ({ object }) => void (object.spec?.['nodeName'] === undefined ? undefined : steps.push('pod bound')));
    stage.store.subscribe(resources.persistentvolumeclaims, ({ object }) => void (object.status?.['phase'] === 'Bound' ? steps.push('claim bound') : undefined));
    addPod(stage, 'web', uses('data'));
    await stage.settle();
    expect(nodeOf(stage, 'web')).toBe('b');
    expect(stage.get<Claim>(resources.persistentvolumeclaims, 'data')?.spec.volumeName).toBe('va');
    expect(stage.get<PersistentVolume>(resources.persistentvolumes, 'va')?.metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(steps).toEqual(['claim bound', 'pod bound']);
  });

  it('that are bound keep the pod on the nodes that reach them', async () => {
    const stage = await withVolumes({ a: {}, b: { unschedulable: true } }, { volumes: [volume('v', onNode('b'))], claims: [claim('data', { volumeName: 'v' })] });
    addPod(stage, 'web', uses('data'));
    await stage.settle();
    expect(scheduled(stage, 'web')).toBe(`0/2 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 2 ${none}.`);
  });

  it('are waited for when there are none, until one comes', async () => {
    const stage = await withVolumes({ a: {} }, { claims: [claim('data')] });
    addPod(stage, 'web', uses('data'));
    await stage.settle();
    expect(scheduled(stage, 'web')).toBe(`0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${none}.`);
    stage.store.create(resources.persistentvolumes, volume('late'));
    await stage.pass(seconds(2));
    await stage.settle();
    expect(nodeOf(stage, 'web')).toBe('a');
  });

  it('are never given to two pods', async () => {
    const stage = await withVolumes({ a: {}, b: {} }, { volumes: [volume('one'), volume('two')], claims: ['x', 'y', 'z'].map((name) => claim(name)) });
    for (const name of ['x', 'y', 'z']) addPod(stage, name, uses(name));
    await stage.settle();
    const chosen = ['x', 'y', 'z'].map((name) => stage.get<Claim>(resources.persistentvolumeclaims, name)?.spec.volumeName);
    expect(chosen).toEqual(['one', 'two', undefined]);
  });

  it('are left to a provisioner on the chosen node; after ten minutes the pod is tried again', async () => {
    const stage = await withVolumes({ a: {} }, { claims: [claim('data')], provisioner: 'example.com/disk' });
    addPod(stage, 'web', uses('data'));
    await stage.settle();
    expect(stage.get<Claim>(resources.persistentvolumeclaims, 'data')?.metadata.annotations).toMatchObject({ 'volume.kubernetes.io/selected-node': 'a' });
    await stage.pass(minutes(10));
    expect(scheduled(stage, 'web')).toBe('binding volumes: context deadline exceeded');
    stage.store.create(resources.persistentvolumes, volume('made', { claimRef: { namespace: 'default', name: 'data' } }));
    await stage.pass(seconds(10));
    await stage.settle();
    expect(nodeOf(stage, 'web')).toBe('a');
  });

  it('do not exceed what the node can attach', async () => {
    const stage = await withVolumes({ a: {} }, { volumes: [volume('one'), volume('two')], claims: ['one', 'two'].map((name) => claim(name, { volumeName: name })) });
    stage.store.create(resources.csinodes, { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'a' }, spec: { drivers: [{ name: 'd', nodeID: 'a', topologyKeys: null, allocatable: { count: 1 } }] } });
    for (const name of ['one', 'two']) addPod(stage, name, uses(name));
    await stage.settle();
    expect(nodeOf(stage, 'one')).toBe('a');
    expect(scheduled(stage, 'two')).toBe(`0/1 nodes are available: 1 node(s) exceed max volume count. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${noVictims}.`);
  });

  it('with ReadWriteOncePod have one pod', async () => {
    const modes = { accessModes: ['ReadWriteOncePod'] };
    const stage = await withVolumes({ a: {}, b: {} }, { volumes: [volume('v', modes)], claims: [claim('data', { volumeName: 'v', ...modes })] });
    for (const name of ['one', 'two']) addPod(stage, name, uses('data'));
    await stage.settle();
    expect(nodeOf(stage, 'one')).not.toBe('-');
    expect(scheduled(stage, 'two')).toContain('2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod');
  });
});
