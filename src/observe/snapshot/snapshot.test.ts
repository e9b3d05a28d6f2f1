import { describe, expect, test } from 'vitest';
import { ApiError, type ApiRequest } from '../../kube/api.ts';
import { parseNode } from '../../kube/records/node.ts';
import { parsePodWithDetails } from '../../kube/records/pod.ts';
import { instant } from '../../model/time.ts';
import { pruned } from './prune.ts';
import { type ClusterSnapshot, SnapshotReader } from './read.ts';
import { takeSnapshot } from './take.ts';

const never = new AbortController().signal;
const secret = 's3cr3t';

/** A pod with something in every field, and secrets where people put them. */
const pod = (name: string): object => ({
  metadata: {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    resourceVersion: '7',
    labels: { app: 'web' },
    annotations: { 'descheduler.alpha.kubernetes.io/evict': 'false', 'kubernetes.io/config.source': 'api', 'kubectl.kubernetes.io/last-applied-configuration': secret },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }],
    finalizers: ['a/b'],
    creationTimestamp: '2026-01-01T00:00:00Z',
    deletionTimestamp: '2026-01-02T00:00:00Z',
    managedFields: [{ manager: secret }],
  },
  spec: {
    nodeName: 'n1',
    priority: 5,
    tolerations: [{ key: 'a', operator: 'Exists', tolerationSeconds: 3 }],
    nodeSelector: { disk: 'ssd' },
    affinity: { nodeAffinity: {} },
    topologySpreadConstraints: [{ maxSkew: 1 }],
    resources: { requests: { cpu: '1' } },
    overhead: { cpu: '10m' },
    resourceClaims: [{ name: 'gpu' }],
    containers: [{ name: 'c', image: 'app:v1', command: [secret], args: [secret], env: [{ name: 'TOKEN', value: secret }], resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } }, livenessProbe: { exec: { command: [secret] } } }],
    initContainers: [{ name: 'i', image: 'init:v1', restartPolicy: 'Always', env: [{ name: 'TOKEN', value: secret }] }],
    volumes: [{ name: 'a', persistentVolumeClaim: { claimName: 'data' } }, { name: 'b', hostPath: { path: secret } }, { name: 'c', emptyDir: {} }, { name: 'd', secret: { secretName: secret } }],
  },
  status: {
    phase: 'Failed',
    reason: 'Evicted',
    message: secret,
    qosClass: 'Burstable',
    startTime: '2026-01-01T00:00:10Z',
    conditions: [{ type: 'Ready', status: 'True', reason: 'R', message: secret, lastTransitionTime: '2026-01-01T00:00:20Z' }],
    containerStatuses: [{ name: 'c', restartCount: 4, state: { terminated: { reason: 'Error', exitCode: 3, message: secret } }, lastState: { terminated: { message: secret } } }],
    initContainerStatuses: [{ name: 'i', restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff', message: secret } } }],
    ephemeralContainerStatuses: [{ name: 'e', restartCount: 0, state: { running: { startedAt: '2026-01-01T00:00:30Z' } } }],
  },
});

const node = (name: string): object => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion: '3', labels: { zone: 'a' }, annotations: { note: secret } },
  spec: { unschedulable: true, taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] },
  status: { allocatable: { cpu: '4' }, capacity: { cpu: '5' }, conditions: [{ type: 'Ready', status: 'True' }], images: [{ names: ['big'] }], nodeInfo: { systemUUID: secret } },
});

const named = (name: string, more: object = {}): object => ({ metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1' }, ...more });

const collections: Readonly<Record<string, readonly object[]>> = {
  '/api/v1/nodes': [node('n1'), node('n2')],
  '/api/v1/pods': [pod('a'), pod('b'), pod('c')],
  '/apis/policy/v1/poddisruptionbudgets': ['a', 'b', 'c'].map((name) => named(name, { spec: { selector: { matchLabels: { app: 'web' } } } })),
  '/api/v1/namespaces': [],
  '/api/v1/persistentvolumeclaims': [named('data', { spec: { storageClassName: 'gold' } })],
  '/apis/scheduling.k8s.io/v1/priorityclasses': [named('high', { value: 1_000 })],
};

/** A snapshot of the collections in pages of two, of which some answers are special. */
async function take(special: (request: ApiRequest, asked: number) => unknown = () => undefined): Promise<{ text: string; warnings: readonly string[]; pieces: number }> {
  let asked = 0;
  const call = <T>(request: ApiRequest): Promise<T> => {
    asked += 1;
    const wanted = special(request, asked);
    if (wanted instanceof Error) return Promise.reject(wanted);
    const from = Number(request.query?.['continue'] ?? 0);
    const all = collections[request.path] ?? [];
    return Promise.resolve({ metadata: { resourceVersion: '9', ...(from + 2 < all.length ? { continue: String(from + 2) } : {}) }, items: all.slice(from, from + 2) } as T);
  };
  const pieces: string[] = [];
  const sink = { write: (text: string) => void pieces.push(text), mark: () => ((kept) => () => void pieces.splice(kept))(pieces.length) };
  const { warnings } = await takeSnapshot({ call, watch: () => Promise.reject(new Error('nothing is watched')), close: () => Promise.resolve() }, sink, instant(1_767_225_600_000), never);
  return { text: pieces.join(''), warnings, pieces: pieces.length };
}

function read(...texts: string[]): ClusterSnapshot {
  const reader = new SnapshotReader();
  for (const text of texts) {
    const file = reader.file();
    file.feed(new TextEncoder().encode(text));
    file.end();
  }
  return reader.snapshot;
}

describe('a snapshot', () => {
  test('holds everything that rebalancing reads of each object, and nothing secret', async () => {
    expect(parsePodWithDetails(pruned('Pod', pod('a')))).toEqual(parsePodWithDetails(pod('a')));
    const whole = parseNode(node('n1'));
    expect(parseNode(pruned('Node', node('n1')))).toEqual({ ...whole, systemUUID: '' });
    expect((await take()).text).not.toContain(secret);
  });

  test('of odd objects is as odd as they are', () => {
    const odd = { metadata: { name: 'a', uid: 'u', resourceVersion: '1', labels: null }, spec: { containers: [null, 7, { image: 'x' }], volumes: 'none', tolerations: [null] }, status: 'broken' };
    expect(parsePodWithDetails(pruned('Pod', odd))).toEqual(parsePodWithDetails(odd));
  });

  test('is one JSON document, written page by page and read back', async () => {
    const { text, pieces, warnings } = await take();
    expect(JSON.parse(text)).toMatchObject({ kind: 'ClusterSnapshot', takenAt: '2026-01-01T00:00:00Z' });
    expect(pieces).toBeGreaterThan(6);
    expect(warnings).toEqual([]);
    const { facts, takenAt, priorities, missing } = read(text);
    expect(facts.pods).toEqual((collections['/api/v1/pods'] ?? []).map((each) => parsePodWithDetails(each)));
    expect(facts.nodes.map(({ name }) => name)).toEqual(['n1', 'n2']);
    expect(facts.budgets).toHaveLength(3);
    expect(facts.claims).toEqual([{ namespace: 'shop', name: 'data', storageClass: 'gold' }]);
    expect({ takenAt, missing, priorities: [...priorities] }).toEqual({ takenAt: 1_767_225_600_000, missing: ['Namespace'], priorities: [['high', 1_000]] });
  });

  test('goes on without kinds that it may not read, and fails without pods', async () => {
    const forbidden = (path: string) => (request: ApiRequest) => (request.path === path ? new ApiError({ status: 403, reason: 'Forbidden', message: 'no' }) : undefined);
    const { warnings, text } = await take(forbidden('/apis/policy/v1/poddisruptionbudgets'));
    expect(warnings).toEqual(['poddisruptionbudgets are not in the snapshot: no']);
    expect(read(text).missing).toContain('PodDisruptionBudget');
    await expect(take(forbidden('/api/v1/pods'))).rejects.toThrow('no');
  });

  test('has nothing of a kind that it may no longer read in the middle of its list', async () => {
    const { warnings, text } = await take(({ path, query }) => (path.endsWith('/poddisruptionbudgets') && query?.['continue'] !== undefined ? new ApiError({ status: 403, reason: 'Forbidden', message: 'no longer' }) : undefined));
    expect(warnings).toEqual(['poddisruptionbudgets are not in the snapshot: no longer']);
    expect((JSON.parse(text) as { items: { kind: string }[] }).items.map(({ kind }) => kind)).toEqual(['Node', 'Node', 'Pod', 'Pod', 'Pod', 'PersistentVolumeClaim', 'PriorityClass']);
  });

  test('begins a list anew whose place was lost, and has each object once', async () => {
    let lost = false;
    const { text } = await take(({ path, query }) => {
      if (path !== '/api/v1/pods' || query?.['continue'] === undefined || lost) return undefined;
      lost = true;
      return new ApiError({ status: 410, reason: 'Expired', message: 'gone' });
    });
    expect((JSON.parse(text) as { items: { kind: string }[] }).items.filter(({ kind }) => kind === 'Pod')).toHaveLength(3);
  });
});

describe('lists of kubectl', () => {
  const listOf = (...items: object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }, undefined, 4);

  test('are read too, in one file or in several; the last one counts', () => {
    const nodes = listOf({ apiVersion: 'v1', kind: 'Node', ...node('n1') }, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    const pods = listOf({ apiVersion: 'v1', kind: 'Pod', ...pod('a') }, { apiVersion: 'v1', kind: 'Pod', ...pod('a'), status: { phase: 'Running' } });
    const { facts, takenAt, ignored } = read(nodes, pods);
    expect(facts.pods.map(({ phase }) => phase)).toEqual(['Running']);
    expect(facts.nodes).toHaveLength(1);
    expect(takenAt).toBeUndefined();
    expect([...ignored]).toEqual([['ConfigMap', 1]]);
  });

  test('an object of another API that has the same kind is not taken for ours', () => {
    expect([...read(listOf({ apiVersion: 'example.com/v1', kind: 'Node', metadata: {} })).ignored]).toEqual([['Node', 1]]);
  });

  test.each([
    [listOf({ metadata: {} }), /^line 8, item 1: an object without kind/u],
    [listOf({ kind: 'Pod', metadata: { name: 'a' } }), /^line 8, item 1: A Pod without metadata\.uid \(name: "a"\)/u],
    [listOf({ kind: 'PriorityClass', metadata: { name: 'a' } }), /a PriorityClass has a name and a value/u],
    ['{"takenAt":"yesterday","items":[]}', /^takenAt is "yesterday", which is no time such as/u],
    ['{"apiVersion":"evenkeel.dev/v1alpha1","kind":"ClusterSnapshot","items":[]}', /^takenAt is undefined/u],
    ['{"apiVersion":"evenkeel.dev/v9","kind":"ClusterSnapshot","takenAt":"2026-01-01T00:00:00Z","items":[]}', /^apiVersion is "evenkeel\.dev\/v9" and kind "ClusterSnapshot": what is read is evenkeel\.dev\/v1alpha1 ClusterSnapshot, or a list of kubectl$/u],
    ['{"kind":"ClusterSnapshot","takenAt":"2026-01-01T00:00:00Z","items":[]}', /^apiVersion is undefined and kind "ClusterSnapshot"/u],
    ['{"apiVersion":"evenkeel.dev/v1alpha1","kind":"NodeFenceList","items":[]}', /^apiVersion is "evenkeel\.dev\/v1alpha1" and kind "NodeFenceList"/u],
  ])('%# is refused with its place', (text, says) => {
    expect(() => read(text)).toThrow(says);
  });
});
