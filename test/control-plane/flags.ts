import { join } from 'node:path';
import type { Binaries } from './build.ts';
import type { ComponentSpec } from './component.ts';

export const componentNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export type ComponentName = (typeof componentNames)[number];

/** What a test may set. Times are written as Kubernetes does: `6s`, `1m30s`. */
export interface ControlPlaneOptions {
  /** How long a node may be silent before it is NotReady; 6 s (Kubernetes: 50 s). */
  readonly nodeMonitorGracePeriod?: string;
  /** The same for a node that never reported; 10 s (Kubernetes: 60 s). */
  readonly nodeStartupGracePeriod?: string;
  /** How often the node controller looks; 1 s (Kubernetes: 5 s). */
  readonly nodeMonitorPeriod?: string;
  /** How long pods stay on an unreachable node, in seconds; 300, as in Kubernetes. */
  readonly unreachableTolerationSeconds?: number;
  /** Controllers of kube-controller-manager, as its `--controllers` takes them; all. */
  readonly controllers?: readonly string[];
  /** Nodes whose kubelets get a token of their own; worker-1 to worker-20. Any other identity is impersonated. */
  readonly nodes?: readonly string[];
  /** True for etcd and kube-apiserver alone: nothing happens in such a cluster but what is asked of the API server. */
  readonly apiServerOnly?: boolean;
  /** More flags, after ours: the last one of a name wins. */
  readonly extraArgs?: Partial<Record<ComponentName, readonly string[]>>;
}

export interface Layout {
  readonly directory: string;
  readonly binaries: Binaries;
  readonly ports: Readonly<Record<ComponentName | 'etcd-peers', number>>;
}

/** Files of one instance, relative to its directory. */
export const files = {
  tokens: 'tokens.csv',
  audit: 'audit.log',
  auditPolicy: 'audit-policy.json',
  serviceAccountKey: 'service-account.key',
  serviceAccountPublicKey: 'service-account.pub',
  authority: 'kube-apiserver/apiserver.crt',
  controllerManager: 'kube-controller-manager.kubeconfig',
  scheduler: 'kube-scheduler.kubeconfig',
} as const;

/** Command lines of the four components. */
export function componentSpecs(layout: Layout, options: ControlPlaneOptions): Record<ComponentName, ComponentSpec> {
  const spec = (name: ComponentName, flags: Record<string, string | number>, health: string): ComponentSpec => ({
    name,
    binary: layout.binaries[name],
    args: [...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`), ...(options.extraArgs?.[name] ?? [])],
    health,
  });
  const { ports } = layout;
  return {
    etcd: spec('etcd', etcdFlags(layout), `http://127.0.0.1:${ports.etcd}/health`),
    'kube-apiserver': spec('kube-apiserver', apiServerFlags(layout, options), `https://127.0.0.1:${ports['kube-apiserver']}/readyz`),
    'kube-controller-manager': spec('kube-controller-manager', controllerManagerFlags(layout, options), `https://127.0.0.1:${ports['kube-controller-manager']}/healthz`),
    'kube-scheduler': spec('kube-scheduler', clientFlags(layout, 'kube-scheduler', files.scheduler), `https://127.0.0.1:${ports['kube-scheduler']}/readyz`),
  };
}

function etcdFlags({ directory, ports }: Layout): Record<string, string | number> {
  const clients = `http://127.0.0.1:${ports.etcd}`;
  const peers = `http://127.0.0.1:${ports['etcd-peers']}`;
  return {
    name: 'etcd',
    'data-dir': join(directory, 'etcd'),
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `etcd=${peers}`,
    // A test's data need not survive the machine, only the process.
    'unsafe-no-fsync': 'true',
    'log-level': 'warn',
  };
}

function apiServerFlags({ directory, ports }: Layout, options: ControlPlaneOptions): Record<string, string | number> {
  const file = (name: string): string => join(directory, name);
  const toleration = options.unreachableTolerationSeconds ?? 300;
  return {
    'etcd-servers': `http://127.0.0.1:${ports.etcd}`,
    'bind-address': '127.0.0.1',
    // Without it kube-apiserver wants a network interface that is not loopback.
    'advertise-address': '127.0.0.1',
    // The default reconciler refuses to write a loopback address into the endpoints of the Service `kubernetes`.
    'endpoint-reconciler-type': 'none',
    'secure-port': ports['kube-apiserver'],
    'cert-dir': file('kube-apiserver'),
    'token-auth-file': file(files.tokens),
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-signing-key-file': file(files.serviceAccountKey),
    'service-account-key-file': file(files.serviceAccountPublicKey),
    'service-cluster-ip-range': '10.96.0.0/16',
    'default-unreachable-toleration-seconds': toleration,
    'default-not-ready-toleration-seconds': toleration,
    'audit-policy-file': file(files.auditPolicy),
    'audit-log-path': file(files.audit),
    // One file: 0 would mean 100 MB and a second file.
    'audit-log-maxsize': 4_096,
  };
}

function controllerManagerFlags(layout: Layout, options: ControlPlaneOptions): Record<string, string | number> {
  const file = (name: string): string => join(layout.directory, name);
  return {
    ...clientFlags(layout, 'kube-controller-manager', files.controllerManager),
    'use-service-account-credentials': 'true',
    'service-account-private-key-file': file(files.serviceAccountKey),
    'root-ca-file': file(files.authority),
    controllers: (options.controllers ?? ['*']).join(','),
    'node-monitor-period': options.nodeMonitorPeriod ?? '1s',
    'node-monitor-grace-period': options.nodeMonitorGracePeriod ?? '6s',
    'node-startup-grace-period': options.nodeStartupGracePeriod ?? '10s',
    // Nodes per second; at the default of 0.1 the second of two dead nodes waits 10 s for its taint.
    'node-eviction-rate': 100,
    'secondary-node-eviction-rate': 100,
    'attach-detach-reconcile-sync-period': '2s',
    'pvclaimbinder-sync-period': '2s',
  };
}

function clientFlags({ directory, ports }: Layout, name: ComponentName, kubeconfig: string): Record<string, string | number> {
  const path = join(directory, kubeconfig);
  return {
    kubeconfig: path,
    // Serves metrics to whoever may read them.
    'authentication-kubeconfig': path,
    'authorization-kubeconfig': path,
    'bind-address': '127.0.0.1',
    'secure-port': ports[name],
    'cert-dir': join(directory, name),
    'leader-elect': 'false',
    'kube-api-qps': 500,
    'kube-api-burst': 1_000,
  };
}
