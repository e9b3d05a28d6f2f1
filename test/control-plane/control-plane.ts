import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { access, constants, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { Agent, request } from 'undici';
import { type Api, answered } from '../../src/kube/api.ts';
import { type AuditEntry, auditPolicy, readAudit } from './audit.ts';
import { findOrBuild } from './build.ts';
import { type Component, component } from './component.ts';
import { type ComponentName, type ControlPlaneOptions, type Layout, componentNames, componentSpecs, files } from './flags.ts';
import { Identities, type Identity, admin, controllerManager, kubeconfigText, kubelet, openApi, scheduler } from './identities.ts';
import { freePort } from './ports.ts';
import { type Watchdog, startWatchdog } from './watchdog.ts';

export type { AuditEntry } from './audit.ts';
export type { ComponentName, ControlPlaneOptions } from './flags.ts';
export { type Identity, admin, kubelet } from './identities.ts';

/** A real control plane on 127.0.0.1: etcd, kube-apiserver, kube-controller-manager and kube-scheduler, without nodes. */
export interface ControlPlane {
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** `http://127.0.0.1:PORT` of etcd, which asks for no credentials. */
  readonly etcd: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  /** Temporary directory of this instance: logs (`kube-apiserver.log` …), kubeconfigs, audit log, etcd's data. */
  readonly directory: string;
  /** The product's door (src/kube), as this identity; as the cluster administrator without one. Closed by `stop`. */
  api(identity?: Identity): Api;
  /** Writes a kubeconfig for this identity and returns its path. */
  kubeconfig(identity?: Identity): string;
  /** An identity with a token from the TokenRequest API, valid for a day. The service account must exist. */
  serviceAccount(namespace: string, name: string): Promise<Identity>;
  /** The real kubectl as administrator; returns what it prints, rejects with what it complains about. */
  kubectl(...args: string[]): Promise<string>;
  /** Every request answered so far, this moment's included (see `auditPolicy` for what is left out). */
  auditLog(): Promise<AuditEntry[]>;
  /** Prometheus text of a component. */
  metrics(name: Exclude<ComponentName, 'etcd'>): Promise<string>;
  /** Without a name: kills everything and removes the directory; may be called twice. With one: SIGKILL to that component only. */
  stop(name?: ComponentName): Promise<void>;
  /** Starts a stopped component and returns when it is healthy. */
  start(name: ComponentName): Promise<void>;
  /** SIGSTOP: its connections stay open and nobody answers. */
  pause(name: ComponentName): void;
  resume(name: ComponentName): void;
  isRunning(name: ComponentName): boolean;
}

/** Starts one and returns when pods can be made in the namespace `default`. Builds the programs first when they are not there. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = await findOrBuild();
  const directory = await temporaryDirectory();
  const watchdog = startWatchdog(directory, process.env['CONTROL_PLANE_LOGS']);
  try {
    return await startIn({ directory, binaries, ports: await choosePorts() }, options, watchdog);
  } catch (error) {
    await watchdog.finish();
    throw error;
  }
}

/** In memory where that is possible: etcd's data and a few logs, some 100 MB. */
async function temporaryDirectory(): Promise<string> {
  const memory = await access('/dev/shm', constants.W_OK).then(() => true, () => false);
  return mkdtemp(join(memory ? '/dev/shm' : tmpdir(), 'evenkeel-control-plane-'));
}

async function choosePorts(): Promise<Layout['ports']> {
  const names = [...componentNames, 'etcd-peers'] as const;
  const ports = new Set<number>();
  while (ports.size < names.length) ports.add(await freePort());
  return Object.fromEntries([...ports].map((port, index) => [names[index], port])) as Layout['ports'];
}

async function startIn(layout: Layout, options: ControlPlaneOptions, watchdog: Watchdog): Promise<ControlPlane> {
  const { directory } = layout;
  const identities = new Identities((options.nodes ?? defaultNodes).map(kubelet));
  await writeInputs(directory, identities);
  const specs = componentSpecs(layout, options);
  const components = Object.fromEntries(componentNames.map((name) => [name, component(specs[name], directory)])) as Record<ComponentName, Component>;

  await Promise.all([components.etcd.start(), components['kube-apiserver'].start()]);
  const server = { url: `https://127.0.0.1:${layout.ports['kube-apiserver']}`, authority: await readFile(join(directory, files.authority), 'utf8') };
  const writeKubeconfig = (file: string, identity: Identity): void => {
    writeFileSync(join(directory, file), kubeconfigText(server, identities.credentials(identity), identity.user), { mode: 0o600 });
  };
  writeKubeconfig(files.controllerManager, controllerManager);
  writeKubeconfig(files.scheduler, scheduler);
  const plane = controlPlane({ layout, server, identities, components, watchdog, writeKubeconfig });
  if (options.apiServerOnly === true) return plane;
  await Promise.all([components['kube-controller-manager'].start(), components['kube-scheduler'].start()]);
  await namespaceIsReady(plane.api());
  return plane;
}

const defaultNodes = Array.from({ length: 20 }, (_, index) => `worker-${index + 1}`);

async function writeInputs(directory: string, identities: Identities): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const inputs: Record<string, string> = {
    [files.tokens]: identities.tokenFile(),
    [files.auditPolicy]: JSON.stringify(auditPolicy),
    [files.serviceAccountKey]: privateKey.export({ type: 'sec1', format: 'pem' }),
    [files.serviceAccountPublicKey]: publicKey.export({ type: 'spki', format: 'pem' }),
  };
  for (const [name, text] of Object.entries(inputs)) await writeFile(join(directory, name), text, { mode: 0o600 });
}

/** A pod is refused until kube-controller-manager has made its namespace's service account. */
async function namespaceIsReady(api: Api): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      await api.call({ verb: 'GET', path: '/api/v1/namespaces/default/serviceaccounts/default' });
      return;
    } catch (error) {
      if (!answered(error, 404) || performance.now() > deadline) throw error;
    }
    await sleep(50);
  }
}

interface Parts {
  readonly layout: Layout;
  readonly server: { readonly url: string; readonly authority: string };
  readonly identities: Identities;
  readonly components: Record<ComponentName, Component>;
  readonly watchdog: Watchdog;
  readonly writeKubeconfig: (file: string, identity: Identity) => void;
}

function controlPlane(parts: Parts): ControlPlane {
  const { layout, server, identities, components } = parts;
  const opened: Api[] = [];
  let stopped: Promise<void> | undefined;
  let kubeconfigs = 0;
  const api = (identity: Identity = admin): Api => {
    const door = openApi(server, identities.credentials(identity));
    opened.push(door);
    return door;
  };
  const asAdmin = api();
  const kubeconfig = (identity: Identity = admin): string => {
    kubeconfigs += 1;
    const file = `kubeconfig-${kubeconfigs}`;
    parts.writeKubeconfig(file, identity);
    return join(layout.directory, file);
  };
  const adminKubeconfig = kubeconfig();
  const stopAll = async (): Promise<void> => {
    await Promise.all([...opened.map((door) => door.close()), ...Object.values(components).map((one) => one.kill())]);
    await parts.watchdog.finish();
  };
  return {
    server: server.url,
    etcd: `http://127.0.0.1:${layout.ports.etcd}`,
    authority: server.authority,
    directory: layout.directory,
    api,
    kubeconfig,
    serviceAccount: (namespace, name) => requestToken(asAdmin, namespace, name),
    kubectl: (...args) => runKubectl(layout, adminKubeconfig, args),
    auditLog: () => currentAudit(asAdmin, join(layout.directory, files.audit)),
    metrics: (name) => readMetrics(layout, name, identities.credentials(admin).token),
    stop: (name?: ComponentName) => (name === undefined ? (stopped ??= stopAll()) : components[name].kill()),
    start: (name) => components[name].start(),
    pause: (name) => components[name].pause(),
    resume: (name) => components[name].resume(),
    isRunning: (name) => components[name].running,
  };
}

async function requestToken(api: Api, namespace: string, name: string): Promise<Identity> {
  const answer = await api.call<{ status: { token: string } }>({
    verb: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } },
  });
  return { user: `system:serviceaccount:${namespace}:${name}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`], token: answer.status.token };
}

/** With a home of its own: kubectl caches discovery there, and reads preferences. */
async function runKubectl(layout: Layout, kubeconfig: string, args: readonly string[]): Promise<string> {
  const { binaries, directory } = layout;
  const result = await execa(binaries.kubectl, args, {
    env: { PATH: process.env['PATH'], HOME: directory, KUBECONFIG: kubeconfig },
    extendEnv: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    reject: false,
  });
  if (result.failed) throw new Error(`kubectl ${args.join(' ')} failed (exit code ${result.exitCode}): ${result.stderr.trim()}`);
  return result.stdout;
}

/** A line is written just after its answer was sent: so a last request of our own marks how far to wait. */
async function currentAudit(api: Api, path: string): Promise<AuditEntry[]> {
  const query = { marker: randomUUID() };
  const sent = await api.call({ verb: 'GET', path: '/version', query }).then(() => true, () => false);
  const deadline = performance.now() + (sent ? 5_000 : 0);
  for (;;) {
    const entries = await readAudit(path);
    if (entries.some((entry) => entry.uri.endsWith(query.marker)) || performance.now() >= deadline) return entries.filter((entry) => !entry.uri.startsWith('/version?marker='));
    await sleep(20);
  }
}

async function readMetrics(layout: Layout, name: Exclude<ComponentName, 'etcd'>, token: string): Promise<string> {
  const certificate = name === 'kube-apiserver' ? files.authority : `${name}/${name}.crt`;
  const dispatcher = new Agent({ connect: { ca: await readFile(join(layout.directory, certificate), 'utf8') } });
  try {
    const answer = await request(`https://127.0.0.1:${layout.ports[name]}/metrics`, { dispatcher, headers: { authorization: `Bearer ${token}` } });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${name} refused its metrics: ${answer.statusCode} ${text.slice(0, 300)}`);
    return text;
  } finally {
    await dispatcher.close();
  }
}
