import { afterAll, beforeAll, expect, it } from 'vitest';
import { answered } from '../../src/kube/api.ts';
import { collectionPath, objectPath, resources } from '../../src/kube/paths.ts';
import { listReader } from '../../src/kube/protobuf/list.ts';
import { podSchema } from '../../src/kube/protobuf/pod.ts';
import { parsePodWithDetails } from '../../src/kube/records/pod.ts';
import { listPages } from '../../src/kube/reflector-list.ts';
import type { PodRecord } from '../../src/model/cluster.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';

/** Pods have one record, in whichever form the real API server sends them. */
let plane: ControlPlane;

const never = new AbortController().signal;
const requirement = (key: string, operator: string, ...values: string[]): object => ({ key, operator, values });
const selector = { matchLabels: { app: 'x', empty: '' }, matchExpressions: [requirement('tier', 'NotIn', 'a', 'b')] };
const podTerm = { labelSelector: selector, namespaces: ['default', 'shop'], topologyKey: 'zone', matchLabelKeys: ['hash'] };
const image = 'example.com/x:1';

const pods: readonly { readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string }; readonly spec: object }[] = [
  { metadata: { name: 'plain' }, spec: { containers: [{ name: 'a', image }] } },
  {
    metadata: { name: 'everything', labels: { app: 'x', 'example.com/empty': '' }, annotations: { 'descheduler.alpha.kubernetes.io/evict': '', other: 'no' }, finalizers: ['example.com/f'], ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }, { apiVersion: 'v1', kind: 'Other', name: 'o', uid: 'v' }] },
    spec: {
      nodeName: 'n1',
      nodeSelector: { disk: 'ssd', none: '' },
      priorityClassName: 'low',
      terminationGracePeriodSeconds: 600,
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [requirement('zone', 'In', 'a', 'b'), requirement('cores', 'Gt', '4'), { key: 'gone', operator: 'DoesNotExist' }] }, { matchFields: [requirement('metadata.name', 'In', 'n1')] }] },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, preference: { matchExpressions: [requirement('zone', 'Exists')].map(({ ...each }) => ({ ...each, values: undefined })) } }],
        },
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [podTerm, { topologyKey: 'zone', labelSelector: {}, namespaceSelector: {} }], preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: podTerm }] },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', labelSelector: selector }] },
      },
      tolerations: [{ operator: 'Exists' }, { key: 'k', operator: 'Equal', value: 'v', effect: 'NoExecute', tolerationSeconds: 0 }, { key: 'only' }],
      topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector, minDomains: 3, nodeAffinityPolicy: 'Ignore', nodeTaintsPolicy: 'Honor', matchLabelKeys: ['hash'] }],
      resources: { requests: { cpu: '2' } },
      initContainers: [{ name: 'side', image, restartPolicy: 'Always', resources: { requests: { cpu: '10m', memory: '1Mi' } } }, { name: 'first', image, resources: { requests: { cpu: '0' } } }],
      containers: [{ name: 'a', image, env: [{ name: 'SECRET', value: 'x' }], resources: { requests: { cpu: '1.5', memory: '1Gi', 'example.com/gpu': '1' }, limits: { memory: '2Gi', 'example.com/gpu': '1' } } }, { name: 'b', image: 'b:2' }],
      volumes: [{ name: 'h', hostPath: { path: '/x' } }, { name: 'e', emptyDir: {} }, { name: 'c', persistentVolumeClaim: { claimName: 'data' } }, { name: 'm', configMap: { name: 'm' } }],
      resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
    },
  },
  { metadata: { name: 'failed' }, spec: { nodeName: 'n1', containers: [{ name: 'a', image }] } },
  { metadata: { name: 'going', finalizers: ['example.com/stays'] }, spec: { nodeName: 'n1', containers: [{ name: 'a', image }] } },
];

const ended = { terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-02T00:00:00Z' } };
const ofContainer = (name: string, state: object): object => ({ name, image, imageID: '', ready: false, restartCount: 4, state, lastState: ended });
const status = {
  phase: 'Failed',
  reason: 'Evicted',
  message: 'long ago',
  startTime: '2026-01-01T00:00:00Z',
  conditions: [{ type: 'Ready', status: 'False', reason: 'PodFailed', lastTransitionTime: '2026-01-01T10:00:00Z' }, { type: 'Other', status: 'Unknown' }],
  containerStatuses: [ofContainer('a', ended)],
  initContainerStatuses: [ofContainer('i', { waiting: { reason: 'CrashLoopBackOff' } }), ofContainer('j', { running: { startedAt: '2026-01-01T00:00:00Z' } }), ofContainer('k', { terminated: { exitCode: 0 } }), ofContainer('l', { waiting: {} })],
  ephemeralContainerStatuses: [ofContainer('e', ended)],
};

beforeAll(async () => {
  plane = await startControlPlane({ apiServerOnly: true, extraArgs: { 'kube-apiserver': ['--disable-admission-plugins=ServiceAccount,DefaultTolerationSeconds'] } });
  const api = plane.api();
  await api.call({ verb: 'POST', path: collectionPath(resources.priorityclasses), body: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'low' }, value: -12 } });
  for (const pod of pods) await api.call({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', ...pod } });
  await api.call({ verb: 'PATCH', path: objectPath(resources.pods, { namespace: 'default', name: 'failed' }, 'status'), patch: 'application/merge-patch+json', body: { status } });
  await api.call({ verb: 'DELETE', path: objectPath(resources.pods, { namespace: 'default', name: 'going' }) });
});

afterAll(() => plane?.stop());

async function records(how: object): Promise<PodRecord[]> {
  const found: PodRecord[] = [];
  await listPages(plane.api(), { path: collectionPath(resources.pods), query: {}, ...how }, (items) => void found.push(...items.map((item) => parsePodWithDetails(item))), never);
  return found;
}

it.each(pods.map(({ metadata }) => metadata.name))('reads the pod %s the same way from protobuf as from JSON', async (name) => {
  const [json, protobuf] = await Promise.all([records({}), records({ readProtobuf: listReader(podSchema) })]);
  const one = json.find((pod) => pod.name === name);
  expect(one).toBeDefined();
  expect(protobuf.find((pod) => pod.name === name)).toEqual(one);
});

it('tells why the server refuses a list that was asked for in protobuf', async () => {
  const refusal: unknown = await plane.api().call({ verb: 'GET', path: '/api/v1/pods', query: { continue: 'nonsense' }, readProtobuf: listReader(podSchema) }).catch((error: unknown) => error);
  expect(answered(refusal, 400) && refusal.message).toContain('continue');
});
