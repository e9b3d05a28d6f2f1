import { builtInResources } from '../../resources.ts';
import { type Body, casesOf } from '../case.ts';

const main = { name: 'main', image: 'nginx' };

/** Without a token of its service account: real servers add a volume for it, which is not modelled. */
function aPod(spec: object = {}): Body {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace: 'default' }, spec: { containers: [main], automountServiceAccountToken: false, ...spec } };
}

const limited = (limits: object, requests?: object): object => ({ ...main, resources: { limits, ...(requests === undefined ? {} : { requests }) } });
const ended = (terminated: object): object => ({ name: 'main', image: 'nginx', state: { terminated } });

export const podCases = casesOf(builtInResources.pods, [
  [
    'a pod that says nothing of itself', aPod(),
    ['object', { spec: { containers: [{ name: 'main', image: 'nginx:2' }] } }],
    ['object', { spec: { activeDeadlineSeconds: 5 } }],
    ['object', { spec: { activeDeadlineSeconds: 6 } }],
    ['object', { spec: { activeDeadlineSeconds: null } }],
    ['object', { spec: { nodeName: 'x' } }],
    ['object', { spec: { tolerations: [] } }],
    ['object', { spec: { tolerations: [{ key: 'a', operator: 'Exists' }] } }],
    ['object', { spec: { containers: [] } }],
    ['object', { spec: { priority: null } }],
    ['object', { metadata: { labels: { a: 'b' } } }],
    ['status', { status: { phase: 'Running', podIP: '10.1.1.1', conditions: [{ type: 'Ready', status: 'True' }, { type: 'a b', status: 'True' }] } }],
    ['status', { status: { phase: 'Running', podIP: '10.1.1.1', hostIP: '10.0.0.1', qosClass: 'Guaranteed' } }],
    ['status', { status: { podIPs: [{ ip: '10.1.1.300' }], nominatedNodeName: 'A b' } }],
    ['status', { status: { phase: 'Running', podIP: '10.1.1.1', hostIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [ended({ exitCode: 1 })] } }],
    ['status', { status: { containerStatuses: [{ name: 'main', image: 'nginx', state: { running: {} } }] } }],
  ],
  ['limits are requests, and quantities are written in one way', aPod({
    containers: [
      limited({ cpu: '0.5', memory: '1000Mi' }),
      { name: 'two', image: 'a/b:latest', ports: [{ containerPort: 80 }], env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], livenessProbe: { httpGet: { port: 80 } } },
    ],
    initContainers: [{ name: 'first', image: 'x:5000/y' }],
  })],
  ['limits of both resources guarantee them', aPod({ containers: [limited({ cpu: '1', memory: '1Gi' })] })],
  ['a request below its limit is burstable', aPod({ containers: [limited({ cpu: '1', memory: '1Gi' }, { cpu: '500m' })] })],
  ['volumes', aPod({
    volumes: [
      { name: 'a' }, { name: 'b', hostPath: { path: '/x' } }, { name: 'c', secret: { secretName: 'x' } }, { name: 'd', configMap: { name: 'x' } },
      { name: 'e', projected: { sources: [{ configMap: { name: 'x' } }] } }, { name: 'f', persistentVolumeClaim: { claimName: 'x' } },
    ],
    containers: [{ ...main, volumeMounts: [{ name: 'a', mountPath: '/a' }] }],
  })],
  ['everything is wrong', aPod({
    restartPolicy: 'x', dnsPolicy: 'y', nodeSelector: { 'a b': 'c' },
    containers: [
      {
        name: 'A', imagePullPolicy: 'z', resources: { limits: { cpu: '1', foo: '1' }, requests: { cpu: '2', memory: '-1' } },
        volumeMounts: [{ name: 'nope', mountPath: '' }], ports: [{ containerPort: 0 }, { containerPort: 70_000, protocol: 'X' }],
      },
      { name: 'b', image: 'x' }, { name: 'b', image: 'x' },
    ],
    tolerations: [{ operator: 'Equal' }, { key: 'a', operator: 'Exists', value: 'x' }, { key: 'a', operator: 'Foo', effect: 'Bar', tolerationSeconds: 1 }],
    volumes: [{ name: 'A', emptyDir: {}, hostPath: { path: '/' } }, { name: 'x', persistentVolumeClaim: {} }],
  })],
  ['the placement is wrong', aPod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }, { key: 'a', operator: 'Exists', values: ['b'] }, { key: 'a', operator: 'Gt', values: [] }, { key: 'a', operator: '?' }] }],
        },
      },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchExpressions: [{ key: 'a', operator: 'X' }] } }],
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: 'a' } }],
      },
    },
    topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'x' }, { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 1 }],
  })],
  ['no containers', aPod({ containers: [] })],
  ['a class of priority that is missing', aPod({ priorityClassName: 'nope' })],
  ['a priority without a class', aPod({ priority: 5 })],
  ['a class of the system', aPod({ priorityClassName: 'system-node-critical' })],
  ['gates', aPod({ schedulingGates: [{ name: 'a/b' }] }), ['object', { spec: { schedulingGates: [{ name: 'a/b' }, { name: 'c/d' }] } }], ['object', { spec: { schedulingGates: [] } }]],
  ['gates of a pod that is bound', aPod({ nodeName: 'n', schedulingGates: [{ name: 'a/b' }], activeDeadlineSeconds: 0, hostname: 'A.b' })],
  ['a list that is none', aPod({ containers: 'x' })],
  ['a number that is none', aPod({ terminationGracePeriodSeconds: 'x' })],
  ['a quantity that is none', aPod({ containers: [limited({ cpu: 'x' })] })],
  ['ports of the host', aPod({ hostNetwork: true, containers: [{ ...main, ports: [{ containerPort: 80 }] }] })],
  ['it tolerates everything', aPod({ tolerations: [{ operator: 'Exists' }], serviceAccount: 'default' })],
  ['unknown fields, nulls and zeros', aPod({ foo: 1, nodeSelector: null, hostNetwork: false, tolerations: [], terminationGracePeriodSeconds: 0 })],
  ['devices beyond their limit', aPod({ containers: [limited({ 'example.com/gpu': '2', memory: '100' }, { 'example.com/gpu': '1' })] })],
  ['half a device', aPod({ containers: [limited({ 'example.com/gpu': '1.5' })] })],
  ['two containers of one name', aPod({ initContainers: [{ name: 'main', image: 'x' }, { name: 'first', image: 'x' }] })],
]);

/** What `kubectl get pods` says of them. */
export const podStates = casesOf(builtInResources.pods, [
  ['the second of two init containers runs', aPod({ initContainers: [{ name: 'h', image: 'x' }, { name: 'i', image: 'x' }] }), ['status', {
    status: {
      phase: 'Pending',
      initContainerStatuses: [
        { name: 'h', image: 'x', state: { terminated: { exitCode: 0 } } },
        { name: 'i', image: 'x', restartCount: 2, lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:00:00Z' } }, state: { running: {} } },
      ],
    },
  }]],
  ['an init container has failed', aPod({ initContainers: [{ name: 'h', image: 'x' }] }), ['status', { status: { phase: 'Pending', initContainerStatuses: [{ name: 'h', image: 'x', state: { terminated: { exitCode: 3 } } }] } }]],
  ['an init container waits', aPod({ initContainers: [{ name: 'h', image: 'x' }] }), ['status', { status: { phase: 'Pending', initContainerStatuses: [{ name: 'h', image: 'x', state: { waiting: { reason: 'ImagePullBackOff' } } }] } }]],
  ['it crashes again and again', aPod(), ['status', {
    status: { phase: 'Running', containerStatuses: [{ name: 'main', image: 'x', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:00:00Z' } } }] },
  }]],
  ['one of two containers has completed', aPod({ containers: [main, { name: 'two', image: 'x' }] }), ['status', {
    status: {
      phase: 'Running',
      containerStatuses: [{ ...ended({ exitCode: 0, reason: 'Completed' }) }, { name: 'two', image: 'x', ready: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } }],
    },
  }]],
  ['the same with the condition Ready', aPod({ containers: [main, { name: 'two', image: 'x' }] }), ['status', {
    status: {
      phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ ...ended({ exitCode: 0, reason: 'Completed' }) }, { name: 'two', image: 'x', ready: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } }],
    },
  }]],
  ['evicted', aPod(), ['status', { status: { phase: 'Failed', reason: 'Evicted' } }]],
  [
    'ended by a signal, and not to be revived', aPod({ restartPolicy: 'Never' }),
    ['status', { status: { phase: 'Failed', containerStatuses: [ended({ exitCode: 137, signal: 9 })] } }],
    ['status', { status: { containerStatuses: [{ name: 'main', image: 'x', state: { running: {} } }] } }],
  ],
  ['one of two gates is open', aPod({ readinessGates: [{ conditionType: 'a/b' }, { conditionType: 'a/c' }] }), ['status', { status: { conditions: [{ type: 'a/b', status: 'True' }] } }]],
  ['a container beside the others', aPod({ initContainers: [{ name: 's', image: 'x', restartPolicy: 'Always' }] }), ['status', {
    status: {
      phase: 'Running', initContainerStatuses: [{ name: 's', image: 'x', started: true, ready: true, restartCount: 1, state: { running: {} } }],
      containerStatuses: [{ name: 'main', image: 'x', ready: true, restartCount: 1, state: { running: {} } }],
    },
  }]],
]).map((each) => ({ ...each, body: { ...each.body, metadata: { ...each.body.metadata, name: `state-${each.body.metadata.name}` } } }));
