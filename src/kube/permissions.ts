import { type Resource, resources } from './paths.ts';

export type PermissionVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** One thing that a command must be allowed to do, in the words of RBAC. */
export interface Permission {
  readonly verb: PermissionVerb;
  readonly resource: Resource;
  readonly subresource?: 'status' | 'eviction';
  /** Absent: in the whole cluster. */
  readonly namespace?: string;
  /** Absent: every object. */
  readonly name?: string;
}

/** What the permissions of `run` depend on: `leaderElection` and `fencing.guards.maxConcurrent` of the configuration. */
export interface RunScope {
  readonly namespace: string;
  readonly leaderLease: string;
  readonly slots: number;
}

/** Where every node renews its Lease. */
const heartbeats = 'kube-node-lease';

/** Held while a rebalance pass runs: the CronJob and the controller never rebalance at once. */
export const rebalanceLease = 'evenkeel-rebalance';

/** Held while a person has paused evenkeel. */
export const pauseLease = 'evenkeel-pause';

/**
 * Everything that `evenkeel run` may need, rebalancing included. The roles of manifests/base grant exactly this for
 * `{ namespace: 'evenkeel-system', leaderLease: 'evenkeel', slots: 10 }`: test/tidy/rbac.test.ts compares both ways.
 */
export function runPermissions({ namespace, leaderLease, slots }: RunScope): readonly Permission[] {
  const leases = [leaderLease, rebalanceLease, ...Array.from({ length: slots }, (_, slot) => `evenkeel-slot-${slot}`)];
  return [
    ...cluster(resources.nodes, 'get', 'list', 'watch', 'patch'),
    ...cluster(resources.pods, 'get', 'list', 'watch', 'delete'),
    ...evictions,
    ...cluster(resources.volumeattachments, 'list', 'watch'),
    ...cluster(resources.csinodes, 'list', 'watch'),
    // A local volume cannot follow its pod.
    ...cluster(resources.persistentvolumes, 'list', 'watch'),
    ...cluster(resources.nodefences, 'get', 'list', 'watch', 'create', 'delete'),
    { verb: 'update', resource: resources.nodefences, subresource: 'status' },
    ...events,
    ...surroundings,
    ...within(heartbeats, resources.leases, 'get', 'list', 'watch'),
    ...within(namespace, resources.leases, 'list', 'watch').map((permission) => ({ ...permission, name: pauseLease })),
    ...leaseWrites(namespace, leases),
  ];
}

/** What components/delete-node grants besides; without it `release.deleteNodeAfter` deletes nothing. */
export const deleteNodePermission: Permission = { verb: 'delete', resource: resources.nodes };

/** Everything that one pass of `evenkeel rebalance` may need: components/cronjob grants exactly this. */
export function rebalancePermissions({ namespace }: Pick<RunScope, 'namespace'>): readonly Permission[] {
  return [
    ...cluster(resources.nodes, 'list'),
    // Read again when the answer to an eviction was lost.
    ...cluster(resources.pods, 'get', 'list'),
    ...evictions,
    // No eviction while a fence is open.
    ...cluster(resources.nodefences, 'list'),
    ...events,
    ...surroundings,
    ...leaseWrites(namespace, [rebalanceLease]),
  ];
}

/** What components/usage-metrics grants besides; without it no strategy can read what metrics-server measures. */
export const usagePermissions: readonly Permission[] = [...cluster(resources.nodeMetrics, 'list'), ...cluster(resources.podMetrics, 'list')];

/** `patch nodes`, `get leases.coordination.k8s.io/evenkeel in evenkeel-system`: as people say it. */
export function describePermission({ verb, resource, subresource, namespace, name }: Permission): string {
  const kind = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
  return `${verb} ${kind}${subresource === undefined ? '' : `/${subresource}`}${name === undefined ? '' : ` ${name}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

function cluster(resource: Resource, ...verbs: PermissionVerb[]): Permission[] {
  return verbs.map((verb) => ({ verb, resource }));
}

function within(namespace: string, resource: Resource, ...verbs: PermissionVerb[]): Permission[] {
  return verbs.map((verb) => ({ verb, resource, namespace }));
}

/** RBAC cannot narrow `create` by name. */
function leaseWrites(namespace: string, names: readonly string[]): Permission[] {
  return [
    { verb: 'create', resource: resources.leases, namespace },
    ...names.flatMap((name) => within(namespace, resources.leases, 'get', 'update').map((permission) => ({ ...permission, name }))),
  ];
}

const evictions: readonly Permission[] = [{ verb: 'create', resource: resources.pods, subresource: 'eviction' }];

const events: readonly Permission[] = cluster(resources.events, 'create');

/** What decides whether a pod may be evicted. */
const surroundings: readonly Permission[] = [
  ...cluster(resources.namespaces, 'list'),
  ...cluster(resources.persistentvolumeclaims, 'list'),
  ...cluster(resources.poddisruptionbudgets, 'list'),
  ...cluster(resources.priorityclasses, 'list'),
];
