import type { Api } from '../../../src/kube/api.ts';
import { collectionPath, objectPath, resources } from '../../../src/kube/paths.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';

/*
 * A large cluster on a real API server, and nothing else: no controller or scheduler touches what was loaded, so that every
 * program that is measured sees the same cluster.
 */

export interface Size {
  readonly nodes: number;
  readonly pods: number;
}

/** As many bytes as a pod of an ordinary cluster has as JSON, managedFields included. */
const podBytes = 5_349;
const namespaces = 100;

export async function startEmpty(): Promise<ControlPlane> {
  const plane = await startControlPlane({
    apiServerOnly: true,
    extraArgs: { 'kube-apiserver': ['--audit-policy-file=', '--audit-log-path=', '--max-mutating-requests-inflight=400'], etcd: [`--quota-backend-bytes=${8 * 2 ** 30}`] },
  });
  const api = plane.api();
  for (const name of ['evenkeel-system', ...Array.from({ length: namespaces }, (_, at) => namespaceOf(at))]) {
    await ignoreExisting(api.call({ verb: 'POST', path: collectionPath(resources.namespaces), body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } }));
    await api.call({ verb: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } } });
  }
  return plane;
}

/** Grows the cluster from one size to another; says every few seconds how far it is. */
export async function grow(api: Api, from: Size, to: Size, say: (line: string) => void): Promise<void> {
  const pad = 'x'.repeat(Math.max(0, podBytes - (await bytesOfBarePod(api))));
  const started = performance.now();
  let done = 0;
  const all = [...range(from.nodes, to.nodes).map((at) => nodeAt(at)), ...range(from.pods, to.pods).map((at) => podAt(at, pad))];
  const progress = setInterval(() => say(`  ${Math.round((performance.now() - started) / 1_000)} s: ${done} of ${all.length} objects`), 15_000);
  try {
    // Backwards, so that taking the next one is cheap.
    const queue = all.toReversed();
    await Promise.all(Array.from({ length: 48 }, async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        await api.call({ verb: 'POST', path: next.path, body: next.body() });
        await next.after?.(api);
        done += 1;
      }
    }));
  } finally {
    clearInterval(progress);
  }
}

interface Request {
  readonly path: string;
  body(): object;
  after?(api: Api): Promise<unknown>;
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
const namespaceOf = (at: number): string => `team-${at % namespaces}`;
const zones = ['a', 'b', 'c'];

const nodeAt = (at: number): Request => ({
  path: collectionPath(resources.nodes),
  // Admission taints each new node as not ready, and no controller is here to take that away.
  after: (api) => api.call({ verb: 'PATCH', path: objectPath(resources.nodes, { name: `node-${at}` }), patch: 'application/merge-patch+json', body: { spec: { taints: null } } }),
  body: () => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-${at}`, labels: { 'kubernetes.io/hostname': `node-${at}`, 'topology.kubernetes.io/zone': zones[at % zones.length] } },
    status: {
      capacity: { cpu: '8', memory: '16Gi', pods: '110' },
      allocatable: { cpu: '8', memory: '16Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '', lastHeartbeatTime: null, lastTransitionTime: null }],
    },
  }),
});

/** In every 150 pods: one node has 50 of them, one 10, three 30 each. */
function nodeOf(pod: number): number {
  const place = pod % 150;
  const within = place < 50 ? 0 : place < 60 ? 1 : 2 + Math.floor((place - 60) / 30);
  return Math.floor(pod / 150) * 5 + within;
}

function podAt(at: number, pad: string): Request {
  const pair = Math.floor(at / 2);
  // The pairs of one owner lie far apart, on other nodes.
  const owners = 5_000;
  const owner = `web-${pair % owners}`;
  const namespace = namespaceOf(pair % owners);
  return { path: `/api/v1/namespaces/${namespace}/pods`, body: () => podBody({ name: `${owner}-${Math.floor(pair / owners)}-${at % 2}`, namespace, owner, node: `node-${nodeOf(at)}`, pad }) };
}

interface PodParts {
  readonly name: string;
  readonly namespace: string;
  readonly owner: string;
  readonly node: string;
  readonly pad: string;
}

function podBody({ name, namespace, owner, node, pad }: PodParts): object {
  const labels = { app: owner, 'pod-template-hash': '7d4b9c6f5' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations: { 'example.com/notes': pad }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${owner}-7d4b9c6f5`, uid: `owner-of-${owner}`, controller: true, blockOwnerDeletion: true }] },
    spec: {
      nodeName: node,
      automountServiceAccountToken: false,
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: owner } } }],
      containers: [{ name: 'main', image: `registry.example.com/shop/${owner}:1.0.0`, resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } } }],
    },
  };
}

/** What the server makes of a pod without padding: defaults and managedFields are its own. */
async function bytesOfBarePod(api: Api): Promise<number> {
  const path = `/api/v1/namespaces/${namespaceOf(0)}/pods`;
  const parts = { name: 'sample', namespace: namespaceOf(0), owner: 'web-1000', node: 'node-1000', pad: '' };
  const made = await api.call<object>({ verb: 'POST', path, body: podBody(parts) });
  await api.call({ verb: 'DELETE', path: `${path}/sample`, body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 } });
  return JSON.stringify(made).length;
}

const ignoreExisting = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => {
  if ((error as { status?: number }).status !== 409) throw error;
});

