/** Objects as the API server sends them, with nothing in them but what matters. */

const meta = (name: string, more: object = {}): object => ({ name, uid: `uid-${name}`, resourceVersion: '1', ...more });

export const aNodeObject = (name: string, { spec = {}, allocatable = { cpu: '4', memory: '8Gi', pods: '110' } }: { readonly spec?: object; readonly allocatable?: object } = {}): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: meta(name),
  spec,
  status: { allocatable, conditions: [{ type: 'Ready', status: 'True' }] },
});

export interface PodObjectParts {
  readonly owner?: string;
  readonly cpu?: string;
  readonly annotations?: object;
  readonly startTime?: string;
}

/** A pod of the namespace `shop`, of a ReplicaSet `web` unless it is said otherwise. */
export const aPodObject = (name: string, node: string, { owner = 'web', cpu = '100m', annotations = {}, startTime = '2026-01-01T00:00:00Z' }: PodObjectParts = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name, { namespace: 'shop', annotations, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: `uid-of-${owner}`, controller: true }] }),
  spec: { nodeName: node, containers: [{ name: 'app', image: 'app:v1', resources: { requests: { cpu } } }] },
  status: { phase: 'Running', startTime },
});

/** What `kubectl get … -o json` prints. */
export const aListOf = (...items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }, undefined, 4);
