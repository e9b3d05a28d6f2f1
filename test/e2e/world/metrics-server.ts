import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

/** What the stub says that nodes and pods (`namespace/name`) use, as quantities. */
export interface Used {
  readonly nodes: Readonly<Record<string, Figures>>;
  readonly pods: Readonly<Record<string, Figures>>;
}

interface Figures {
  readonly cpu: string;
  readonly memory: string;
}

export interface MetricsServer {
  /** How often each path was asked for. */
  readonly asked: ReadonlyMap<string, number>;
  say(used: Used): void;
  stop(): void;
}

const group = '/apis/metrics.k8s.io/v1beta1';

/**
 * Answers as metrics-server does, behind the real API server: an APIService leads there, so that authentication, RBAC and
 * paths are the real ones. Like metrics-server it knows neither pages nor resource versions.
 */
export async function startMetricsServer(plane: ControlPlane, tls: { readonly cert: string; readonly key: string }): Promise<MetricsServer> {
  const asked = new Map<string, number>();
  let used: Used = { nodes: {}, pods: {} };
  const server = createServer(tls, (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const answer = answerTo(path, used);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, '127.0.0.1', resolve));
  await register(plane, (server.address() as AddressInfo).port);
  return {
    asked,
    say: (now) => void (used = now),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerTo(path: string, { nodes, pods }: Used): unknown {
  const list = (kind: string, items: unknown[]): unknown => ({ kind, apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items });
  const measured = { timestamp: '2026-01-01T00:00:00Z', window: '10s' };
  if (path === `${group}/nodes`) return list('NodeMetricsList', Object.entries(nodes).map(([name, usage]) => ({ metadata: { name }, ...measured, usage })));
  if (path === `${group}/pods`) return list('PodMetricsList', Object.entries(pods).map(([pod, usage]) => ({ metadata: { namespace: pod.split('/')[0], name: pod.split('/')[1] }, ...measured, containers: [{ name: 'app', usage }] })));
  if (path !== group) return undefined;
  const resource = (name: string, kind: string, namespaced: boolean): unknown => ({ name, kind, namespaced, singularName: '', verbs: ['get', 'list'] });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'metrics.k8s.io/v1beta1', resources: [resource('nodes', 'NodeMetrics', false), resource('pods', 'PodMetrics', true)] };
}

/** The Service has no cluster address: its external name leads to loopback. */
async function register(plane: ControlPlane, port: number): Promise<void> {
  const admin = plane.api();
  await admin.call({ verb: 'POST', path: '/api/v1/namespaces/kube-system/services', body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'metrics-server' }, spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] } } });
  const spec = { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { namespace: 'kube-system', name: 'metrics-server', port } };
  await admin.call({ verb: 'POST', path: '/apis/apiregistration.k8s.io/v1/apiservices', body: { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1beta1.metrics.k8s.io' }, spec } });
}
