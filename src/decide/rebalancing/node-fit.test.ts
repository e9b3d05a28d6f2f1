import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord, Taint, Toleration } from '../../model/cluster.ts';
import { toMilliValue } from '../../model/quantity.ts';
import { aNode } from '../../../test/builders/node.ts';
import { aContainer, aPod, pods } from '../../../test/builders/pod.ts';
import { facts } from '../../../test/builders/rebalancing.ts';
import { ClusterIndex } from './cluster-index.ts';
import { Shapes } from './node-choice.ts';
import { NodeFit } from './node-fit.ts';
import { matchesNode } from './node-selection.ts';
import { effectiveRequests } from './requests.ts';
import { toleratesHardTaints } from './taints.ts';

const requesting = (resource: string, size: string): Partial<PodRecord> => ({ containers: [aContainer({ requests: { [resource]: size } })] });
const cpu = (size: string, restartable = false): ReturnType<typeof aContainer> => aContainer({ requests: { cpu: size }, restartable });
const req1: Partial<PodRecord> = { initContainers: [cpu('500m'), cpu('100m', true), cpu('300m')], containers: [cpu('200m'), cpu('100m')], overhead: { cpu: '50m' } };
const req2: Partial<PodRecord> = { ...req1, initContainers: [cpu('100m', true), cpu('500m'), cpu('300m')] };

describe('effective requests', () => {
  test.each([
    ['REQ-1: the largest init container and the overhead', req1, 550n],
    ['REQ-2: a sidecar that starts first comes on top of it', req2, 650n],
    ['REQ-3: the pod level replaces it', { ...req1, podRequests: { cpu: '700m' } }, 750n],
    ['pod-level names other than cpu, memory and huge pages are ignored', { ...requesting('cpu', '1'), podRequests: { 'example.com/gpu': '1' } }, 1_000n],
    ['containers that need more than any init container', { containers: [cpu('600m')], initContainers: [cpu('500m')] }, 600n],
  ] as const)('%s', (_, given, milli) => {
    expect(toMilliValue(effectiveRequests(aPod(given)).get('cpu') ?? (0n as never))).toBe(milli);
  });
});

const small = aNode({ name: 'n2', allocatable: { cpu: '1000m', memory: '8Gi', pods: '110' } });
const busy = pods(1, 'n2', { name: 'busy', ...requesting('cpu', '450m') });
const three = (last: Partial<PodRecord> = {}): PodRecord[] => [...pods(2, 'n2', { name: 'busy' }), aPod({ name: 'last', node: 'n2', ...last })];
const threePods = aNode({ name: 'n2', allocatable: { cpu: '4', pods: '3' } });
const antiAffinity = (topologyKey: string, namespaces?: string[]): Partial<PodRecord> => ({
  affinity: {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app: 'x' } }, ...(namespaces === undefined ? {} : { namespaces }) }] },
  },
});
const unreadable: Partial<PodRecord> = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchExpressions: [{ key: 'app', operator: 'Near', values: ['x'] }] } }] } } };
const zoned = aNode({ name: 'n2', labels: { zone: 'a', 'kubernetes.io/hostname': 'n2' } });
const appX = (given: Partial<PodRecord>): PodRecord => aPod({ name: 'x', labels: { app: 'x' }, ...given });
const tainted = (effect: Taint['effect']): NodeRecord => aNode({ name: 'n2', taints: [{ key: 'k', effect }] });
const podAffinity = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { app: 'none' } } }] } } };
const nearlyFull = aNode({ name: 'n2', allocatable: { cpu: '4', memory: '8Gi', pods: '110' } });

describe('node fit', () => {
  test.each<[title: string, pod: Partial<PodRecord>, node: NodeRecord, others: PodRecord[], fits: boolean]>([
    ['NF-1: just enough cpu', req1, small, busy, true],
    ['NF-2: not enough cpu', req2, small, busy, false],
    ['NF-3: none of a resource that the node does not list', requesting('example.com/gpu', '0'), small, [], true],
    ['none of a resource that the node does not list, though a pod on it asks for some', requesting('example.com/gpu', '0'), small, [aPod({ name: 'gpu', node: 'n2', ...requesting('example.com/gpu', '1') })], true],
    ['no cpu on a node that does not say how much it has, and a pod on it asks for some', requesting('cpu', '0'), aNode({ name: 'n2', allocatable: { pods: '3' } }), busy, false],
    ['none of a resource of which more is used than there is, asked for by an init container', { containers: [aContainer()], initContainers: [aContainer({ requests: { memory: '0' } })] }, nearlyFull, pods(1, 'n2', { name: 'busy', ...requesting('memory', '9Gi') }), false],
    ['NF-4: one of a resource that the node does not list', requesting('example.com/gpu', '1'), small, [], false],
    ['NF-5: no pod slot left', {}, threePods, three(), false],
    ['NF-6: a finished pod takes no slot', {}, threePods, three({ phase: 'Succeeded' }), true],
    ['a terminating pod still takes one', {}, threePods, three({ deletionTimestamp: 0 as never }), false],
    ['NF-7: zone-wide anti-affinity is only asked of that very node', antiAffinity('zone'), zoned, [appX({ node: 'n3' })], true],
    ['anti-affinity against a pod of that node', antiAffinity('zone'), zoned, [appX({ node: 'n2' })], false],
    ['anti-affinity whose topology the node lacks', antiAffinity('rack'), zoned, [appX({ node: 'n2' })], true],
    ['anti-affinity against a pod of its own name', antiAffinity('zone'), zoned, [appX({ node: 'n2', name: 'candidate', namespace: 'other' })], true],
    ['anti-affinity whose selector cannot be read', unreadable, zoned, [], false],
    ['anti-affinity against another namespace', antiAffinity('zone', ['other']), zoned, [appX({ node: 'n2', namespace: 'other' })], false],
    ['anti-affinity means its own namespace by default', antiAffinity('zone'), zoned, [appX({ node: 'n2', namespace: 'other' })], true],
    ['NF-8: a PreferNoSchedule taint', {}, tainted('PreferNoSchedule'), [], true],
    ['a NoExecute taint', {}, tainted('NoExecute'), [], false],
    ['NF-9: a cordoned node', {}, aNode({ name: 'n2', unschedulable: true }), [], false],
    ['NF-10: pod affinity is not looked at', podAffinity, small, [], true],
    ['sums of bytes are exact: one byte too many', requesting('memory', '1'), nearlyFull, pods(1, 'n2', { name: 'busy', ...requesting('memory', '8Gi') }), false],
    ['amounts beyond 64 bits are compared, not wrapped around', requesting('memory', '10P'), nearlyFull, [], false],
    ['an amount nobody can read fits nowhere', requesting('memory', 'lots'), nearlyFull, [], false],
    ['a node that offers nothing takes nothing', {}, aNode({ name: 'n2', allocatable: {} }), [], false],
  ])('%s', (...row) => {
    const [, given, node, others, fits] = row;
    const candidate = aPod({ name: 'candidate', node: 'n1', ...given });
    const index = new ClusterIndex(facts({ nodes: [aNode(), node], pods: [candidate, ...others] }));
    const fit = new NodeFit(index, index.nodes, new Shapes());
    expect(fit.fits(candidate, node)).toBe(fits);
    expect(fit.fitsAnyOther(candidate)).toBe(fits);
  });

  test('its own node takes it back, however full that is', () => {
    const here = three();
    const candidate = here[0] as PodRecord;
    const index = new ClusterIndex(facts({ nodes: [threePods], pods: here }));
    expect(new NodeFit(index, index.nodes, new Shapes()).fits(candidate, threePods)).toBe(true);
  });

  test('a conflict that went away with an eviction is seen by the next question', () => {
    const other = appX({ node: 'n2' });
    const candidate = aPod({ name: 'candidate', node: 'n1', ...antiAffinity('zone') });
    const index = new ClusterIndex(facts({ nodes: [aNode(), zoned], pods: [candidate, other] }));
    const fit = new NodeFit(index, index.nodes, new Shapes());
    expect(fit.fitsAnyOther(candidate)).toBe(false);
    index.settle(other, 'gone');
    expect(fit.fitsAnyOther(candidate)).toBe(true);
  });

  test('room that an eviction freed is seen by the next question', () => {
    const full = three();
    const candidate = aPod({ name: 'candidate', node: 'n1' });
    const index = new ClusterIndex(facts({ nodes: [aNode(), threePods], pods: [candidate, ...full] }));
    const fit = new NodeFit(index, index.nodes, new Shapes());
    expect(fit.fitsAnyOther(candidate)).toBe(false);
    index.settle(full[0] as PodRecord, 'gone');
    expect(fit.fitsAnyOther(candidate)).toBe(true);
  });
});

test('a full cluster is no harder for pods with anti-affinity: 20,000 of them on 1,000 nodes without room', () => {
  const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
  const running = names.flatMap((node) => pods(20, node, antiAffinity('kubernetes.io/hostname')));
  const given = facts({ nodes: names.map((name) => aNode({ name, labels: { 'kubernetes.io/hostname': name }, allocatable: { cpu: '64', memory: '256Gi', pods: '20' } })), pods: running });
  const index = new ClusterIndex(given);
  const fit = new NodeFit(index, index.nodes, new Shapes());
  expect(running.filter((pod) => fit.fitsAnyOther(pod))).toEqual([]);
  // Asking each pod about each node, 20 million times, would not end within the limit of this test.
}, 5_000);

describe('tolerations', () => {
  const taint: Taint = { key: 'k', value: '5', effect: 'NoSchedule' };
  test.each<[Toleration, boolean]>([
    [{ operator: 'Exists' }, true],
    [{ key: 'k', operator: 'Exists' }, true],
    [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }, false],
    [{ key: 'other', operator: 'Exists' }, false],
    [{ key: 'k', value: '5' }, true],
    [{ key: 'k', operator: 'Equal', value: '6' }, false],
    [{ operator: 'Equal', value: '5' }, true],
    [{ key: 'k', operator: 'Gt', value: '4' }, true],
    [{ key: 'k', operator: 'Lt', value: '4' }, false],
    [{ key: 'k', operator: 'Lt', value: '06' }, false],
    [{ key: 'k', operator: 'Unknown', value: '5' }, false],
  ])('%j → %s', (toleration, tolerates) => {
    expect(toleratesHardTaints(aPod({ tolerations: [toleration] }), aNode({ taints: [taint] }))).toBe(tolerates);
  });
});

describe('which nodes a pod asks for', () => {
  const required = (...nodeSelectorTerms: unknown[]): Partial<PodRecord> => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } });
  const inZone = (zone: string): unknown => ({ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] });
  const broken = { matchExpressions: [{ key: 'zone', operator: 'Near', values: ['a'] }] };
  test.each<[string, Partial<PodRecord>, string]>([
    ['no wish', {}, 'yes'],
    ['a node selector', { nodeSelector: { zone: 'a' } }, 'yes'],
    ['a node selector that differs', { nodeSelector: { zone: 'b' } }, 'no'],
    ['one of two terms', required(inZone('b'), inZone('a')), 'yes'],
    ['no term', required(), 'no'],
    ['an empty term', required({}), 'no'],
    ['the node by name', required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }), 'yes'],
    ['another node by name', required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] }), 'no'],
    ['a term that cannot be read', required(broken), 'unsure'],
    ['a term that cannot be read beside one that matches', required(broken, inZone('a')), 'yes'],
    ['affinity and selector are both asked', { ...required(inZone('a')), nodeSelector: { zone: 'b' } }, 'no'],
    ['preferred terms do not matter', { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: inZone('b') }] } } }, 'yes'],
  ])('%s', (_, pod, says) => {
    expect(matchesNode(aPod(pod), aNode({ labels: { zone: 'a' } }))).toBe(says);
  });
});
