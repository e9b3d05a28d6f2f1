import * as fc from 'fast-check';
import type { Case } from '../compat/case.ts';
import { aCase, nodeObject, ownerObject, podObject, secondsAgo } from './case.ts';

/*
 * Small clusters in which every strategy finds something to do now and then. The harness of `npm run compat` has larger
 * and wilder ones; these shrink.
 */

const anyOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** Usually nothing. */
const rarely = (value: object): fc.Arbitrary<object> => fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constant(value) });

const taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };

const node = fc
  .record({ zone: anyOf('a', 'b', 'c'), spec: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: anyOf<object>({ taints: [taint] }, { unschedulable: true }) }), cpu: anyOf('2', '4', '8'), pods: anyOf('6', '20'), ready: fc.oneof({ weight: 9, arbitrary: fc.constant('True') }, { weight: 1, arbitrary: fc.constant('False') }) });

const apps = ['web', 'db'] as const;
const terms = (app: string, topologyKey: string): object => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey }] } });
const inZone = (zone: string): object => ({ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] });
const wishes = (zone: string): object => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [inZone(zone)] }, preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference: inZone(zone) }] },
});
const spread = (app: string, topologyKey: string): object => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } } }] });

const workload = fc.record({
  app: anyOf(...apps),
  namespace: anyOf('shop', 'shop', 'pay'),
  owner: fc.oneof({ weight: 8, arbitrary: fc.constant('ReplicaSet') }, { weight: 1, arbitrary: anyOf('Job', 'DaemonSet') }),
  requests: fc.record({ cpu: anyOf('100m', '300m', '500m'), memory: anyOf('64Mi', '1Gi') }),
  affinity: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.tuple(anyOf(...apps), anyOf('zone', 'kubernetes.io/hostname')).map(([app, key]) => terms(app, key)) }, { weight: 1, arbitrary: anyOf('a', 'b').map(wishes) }),
  spread: fc.oneof(fc.constant({}), anyOf('zone', 'kubernetes.io/hostname')),
  tolerations: anyOf([], [], [{ operator: 'Exists' }]),
  volumes: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.constant([{ name: 'scratch', emptyDir: {} }]) }),
});

const member = fc.record({ workload: fc.nat(1), node: fc.oneof(fc.constant(0), fc.nat(4)), priority: anyOf(undefined, 0, 100, 900), age: anyOf(30, 600, 5_000, 9_000), restarts: fc.nat(12), phase: anyOf('Running', 'Running', 'Running', 'Failed'), annotations: rarely({ 'descheduler.alpha.kubernetes.io/evict': 'true' }) });

const argsOf: Readonly<Record<string, fc.Arbitrary<object>>> = {
  PodLifeTime: anyOf<object>({ maxPodLifeTimeSeconds: 600 }, { states: ['Failed'] }),
  RemoveFailedPods: fc.record({ minPodLifetimeSeconds: anyOf(0, 3_600) }),
  RemovePodsHavingTooManyRestarts: fc.record({ podRestartThreshold: fc.integer({ min: 1, max: 10 }) }),
  RemovePodsViolatingInterPodAntiAffinity: fc.constant({}),
  RemovePodsViolatingNodeAffinity: anyOf(['requiredDuringSchedulingIgnoredDuringExecution'], ['preferredDuringSchedulingIgnoredDuringExecution']).map((nodeAffinityType) => ({ nodeAffinityType })),
  RemovePodsViolatingNodeTaints: fc.constant({}),
  RemoveDuplicates: anyOf<object>({}, { excludeOwnerKinds: ['Job'] }),
  RemovePodsViolatingTopologySpreadConstraint: fc.record({ topologyBalanceNodeFit: fc.boolean() }),
  LowNodeUtilization: anyOf(20, 35).map((percent) => ({ thresholds: { cpu: percent }, targetThresholds: { cpu: percent + 15 } })),
  HighNodeUtilization: anyOf(20, 35).map((percent) => ({ thresholds: { cpu: percent } })),
};

const evictor = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: anyOf<object>({ nodeFit: true }, { minReplicas: 3 }, { priorityThreshold: { value: 500 } }, { podProtections: { defaultDisabled: ['PodsWithLocalStorage'] } }) });
const limits = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ maxNoOfPodsToEvictPerNode: fc.nat(3), maxNoOfPodsToEvictPerNamespace: fc.nat(4), maxNoOfPodsToEvictTotal: fc.nat(5) }, { requiredKeys: [] }) });

export interface RandomParts {
  /** What every pod has, whatever else was drawn. */
  readonly metadata?: object;
}

/** A cluster and a policy with this plugin. */
export function randomCase(plugin: string, { metadata = {} }: RandomParts = {}): fc.Arbitrary<Case> {
  return fc
    .record({ args: argsOf[plugin] ?? fc.constant({}), evictor, limits, nodes: fc.array(node, { minLength: 3, maxLength: 5 }), workloads: fc.array(workload, { minLength: 2, maxLength: 2 }), members: fc.array(member, { minLength: 6, maxLength: 24 }) })
    .map(({ args, evictor, limits, nodes, workloads, members }) =>
      aCase(plugin, {
        args,
        evictor,
        policy: limits,
        nodes: nodes.map(({ zone, spec, cpu, pods, ready }, at) => nodeObject(`n${at}`, { labels: { zone }, spec, ready, allocatable: { cpu, pods } })),
        pods: members.map((each, at) => makePod(`p${at}`, { ...each, ...workloads[each.workload], node: `n${each.node % nodes.length}`, metadata })),
      }),
    );
}

type Member = Omit<typeof member extends fc.Arbitrary<infer T> ? T : never, 'node'> & Partial<typeof workload extends fc.Arbitrary<infer T> ? T : never> & { readonly node: string; readonly metadata: object };

function makePod(name: string, { node, namespace = 'shop', app = 'web', owner = 'ReplicaSet', requests, affinity, spread: key, ...more }: Member): object {
  const { priority, tolerations, volumes, age, restarts, phase, annotations, metadata, workload: number } = more;
  return podObject(name, node, {
    namespace,
    labels: { app },
    annotations,
    owner: [ownerObject(owner, `${app}-${number}`)],
    metadata: { creationTimestamp: secondsAgo(age), ...metadata },
    ...(requests === undefined ? {} : { requests }),
    spec: { ...(priority === undefined ? {} : { priority }), tolerations, volumes, ...(affinity === undefined ? {} : { affinity }), ...(typeof key === 'string' ? spread(app, key) : {}) },
    status: { phase, containerStatuses: [{ name: 'main', restartCount: restarts }] },
  });
}
