import { builtInResources } from '../../resources.ts';
import { type Body, casesOf } from '../case.ts';

const core = (kind: string, rest: object, namespace?: string): Body => ({ apiVersion: 'v1', kind, metadata: { name: '', ...(namespace === undefined ? {} : { namespace }) }, ...rest });
const aNode = (rest: object = {}): Body => core('Node', rest);
const anEvent = (rest: object = {}): Body => core('Event', { involvedObject: { kind: 'Node', name: 'n', namespace: 'default' }, reason: 'R', message: 'm', type: 'Normal', ...rest }, 'default');
const aService = (spec: object): Body => core('Service', { spec }, 'default');
const aBudget = (spec: object): Body => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: '', namespace: 'default' }, spec });
const aLease = (spec: object): Body => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: '', namespace: 'default' }, spec });
const aPriority = (rest: object, name = ''): Body => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 1_000, ...rest });

const address = { type: 'InternalIP', address: '10.0.0.1' };
const time = '2026-01-01T00:00:00.000000Z';

const quantities = [
  '1000', '1500m', '1024', '1024Ki', '0.0000001', '1e6', '1E3', '12345678Ki', '1.5Gi', '100Mi', '0.5Gi', '1000000', '1.1', '1023Mi', '0', '2e-3', '1536Mi',
];

export const otherCases = [
  ...casesOf(builtInResources.nodes, [
    [
      'a node', aNode({ spec: { podCIDR: '10.0.0.0/24' }, status: { capacity: { cpu: '4', memory: '8192Mi' }, conditions: [{ type: 'Ready', status: 'True' }], addresses: [address] } }),
      ['object', { spec: { podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.1.0/24'] } }],
      ['object', { spec: { providerID: 'a' } }],
      ['object', { spec: { providerID: 'b' } }],
      ['object', { spec: { taints: [{ key: 'a', effect: 'NoExecute', timeAdded: '2026-01-01T01:00:00+01:00' }] } }],
      ['object', { spec: { taints: [] } }],
      ['status', { status: { volumesInUse: ['a'], addresses: [address, address] } }],
      ['status', { status: { conditions: [{ type: 'Ready', status: 'False', lastHeartbeatTime: '2026-01-01T00:00:00Z' }] }, metadata: { annotations: { a: 'b' } }, spec: { unschedulable: true } }],
    ],
    ['wrong taints', aNode({ spec: { taints: [{ key: 'a b', effect: 'X' }, { key: 'k', value: 'v', effect: 'NoSchedule' }, { key: 'k', effect: 'NoSchedule' }, { key: 'k' }, { key: 'k', value: '-', effect: 'NoExecute' }] } })],
    ['a wrong network and amounts', aNode({ spec: { podCIDR: 'x' }, status: { capacity: { pods: '1.5', cpu: '-1' } } })],
    ['roles', {
      ...aNode({ spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kernelVersion: '6.1', architecture: 'amd64', kubeletVersion: 'v1.36.3' } } }),
      metadata: { name: '', labels: { 'node-role.kubernetes.io/control-plane': '', 'kubernetes.io/role': 'x' } },
    }],
    ['quantities', aNode({ status: { capacity: Object.fromEntries(quantities.map((each, index) => [`example.com/r${index}`, each]).filter(([, each]) => Number.isInteger(Number(each)) || /[KMG]i$/u.test(each ?? ''))) } })],
    ['quantities of the cpu', aNode({ status: { capacity: { cpu: '0.0000001', memory: '0.1Ki', 'ephemeral-storage': '1500m', pods: '2e3' } } })],
    ['unschedulable in words', aNode({ spec: { unschedulable: 'yes' } })],
  ]),
  ...casesOf(builtInResources.namespaces, [
    ['a namespace', core('Namespace', {}), ['object', { spec: { finalizers: [] } }], ['object', { metadata: { labels: { a: 'b', 'kubernetes.io/metadata.name': 'x' } } }], ['status', { status: { phase: 'Terminating' } }]],
    ['a wrong finalizer', core('Namespace', { spec: { finalizers: ['x'] } })],
  ]),
  ...casesOf(builtInResources.poddisruptionbudgets, [
    [
      'a budget', aBudget({ minAvailable: 1, selector: { matchLabels: { app: 'web' } } }),
      ['object', { spec: { minAvailable: null, maxUnavailable: '50%' } }],
      ['object', { spec: { minAvailable: 1 } }],
      ['status', { status: { disruptionsAllowed: 1, currentHealthy: -1 } }],
      ['status', { status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, disruptedPods: { x: '2026-01-01T00:00:00Z' }, observedGeneration: 2 } }],
    ],
    ['a budget that is wrong', aBudget({ minAvailable: 'x', maxUnavailable: -1, unhealthyPodEvictionPolicy: 'y', selector: { matchLabels: { 'a b': 'c d' } } })],
    ['more than everything', aBudget({ minAvailable: '101%' })],
  ]),
  ...casesOf(builtInResources.leases, [
    [
      'a Lease', aLease({ holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: time, strategy: 'x' }),
      ['object', { spec: { leaseDurationSeconds: 0 } }],
      ['object', { spec: { leaseTransitions: -1 } }],
      ['object', { spec: { renewTime: '2026-01-01T01:00:00.123456+01:00' } }],
      ['object', { spec: { holderIdentity: '' } }],
    ],
    ['an empty Lease', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: '', namespace: 'default' } }],
    ['a Lease that is wrong', aLease({ leaseDurationSeconds: -1, leaseTransitions: -5 })],
    ['a Lease with a time without microseconds', aLease({ renewTime: '2026-01-01T00:00:00Z' })],
  ]),
  ...casesOf(builtInResources.priorityclasses, [
    ['a class of priority', aPriority({}), ['object', { value: 1 }], ['object', { description: 'x' }], ['object', { preemptionPolicy: 'Never' }]],
    ['a class that is wrong', aPriority({ value: 2_000_000_000, preemptionPolicy: 'x' })],
    ['the default class', aPriority({ globalDefault: true })],
    ['another default class', aPriority({ globalDefault: true })],
  ]),
  ...casesOf(builtInResources.events, [
    ['an old Event', anEvent({ firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', count: 1, source: { component: 'c' } }), ['object', { count: 2 }]],
    ['a new Event', anEvent({ eventTime: time, action: 'a', reportingComponent: 'evenkeel.dev/controller', reportingInstance: 'i' })],
    ['a new Event that is wrong', anEvent({ eventTime: time, message: 'x'.repeat(1_025), involvedObject: { kind: 'Node', name: 'n', namespace: 'other' } })],
    ['an old Event of another namespace', anEvent({ involvedObject: { kind: 'Pod', name: 'n', namespace: 'other' } })],
    ['an Event of nothing', core('Event', {}, 'default')],
  ]),
  ...casesOf(builtInResources.services, [
    [
      'a Service without an address', aService({ clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 9_200 }] }),
      ['object', { spec: { clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'] } }], ['object', { spec: { selector: { a: 'b' } } }],
    ],
    ['a Service without ports', aService({ selector: { app: 'web' } })],
    ['a Service that is wrong', aService({ clusterIP: 'None', type: 'x', ports: [{ port: 0 }, { port: 1, protocol: 'X' }] })],
  ]),
  ...casesOf(builtInResources.serviceaccounts, [['a ServiceAccount', core('ServiceAccount', {}, 'default')]]),
  ...casesOf(builtInResources.configmaps, [
    ['a ConfigMap that is frozen', core('ConfigMap', { data: { a: 'b' }, immutable: true }, 'default'), ['object', { data: { a: 'c' } }], ['object', { immutable: false }], ['object', { metadata: { labels: { a: 'b' } } }]],
    ['a wrong key', core('ConfigMap', { data: { 'a b': 'b' } }, 'default')],
    ['a number for a text', core('ConfigMap', { data: { a: 1 } }, 'default')],
  ]),
];
