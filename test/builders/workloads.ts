import { createServer } from '../../src/embedded/api-server/create.ts';
import { builtInKinds } from '../../src/embedded/api-server/kinds/index.ts';
import type { KubeObject } from '../../src/embedded/api-server/object.ts';
import type { Store } from '../../src/embedded/api-server/server.ts';
import type { ControllerParts, RunController } from '../../src/embedded/controllers/controller.ts';
import type { Condition, Pod, PodSpec } from '../../src/embedded/controllers/workload/objects.ts';
import { isOver } from '../../src/embedded/controllers/workload/pod-state.ts';
import { type Resource, resources } from '../../src/kube/paths.ts';
import { rfc3339 } from '../../src/kube/timestamps.ts';
import { type Duration, milliseconds } from '../../src/model/time.ts';
import { type FakeClock, fakeClock } from '../fakes/clock.ts';

/** An embedded API server with nothing in it but the namespace default, controllers that are started on a clock that stands still, and hands that play kubelet. */
export interface WorkloadStage extends ControllerParts {
  readonly clock: FakeClock;
  readonly complaints: readonly string[];
  start(controller: RunController): () => Promise<void>;
  /** Lets the controllers do all that is to do now. */
  settle(): Promise<void>;
  pass(time: Duration): Promise<void>;
  /**
   * Names of the pods in the order in which they were made, with a mark for those that are ending. Pods with generated names
   * are called by their prefix and a number.
   */
  pods(): readonly string[];
  /** By the name that `pods` gives. */
  pod(name: string): Pod | undefined;
  /** Makes pods run and be ready; all when no names are given. */
  run(...names: string[]): Promise<void>;
  /** Binds pods that have no node yet, so that they do not vanish at once when they are deleted. */
  bind(...names: string[]): void;
  remove(name: string): Promise<void>;
  /** Ends pods whose deletion was asked for, as a kubelet does. */
  end(...names: string[]): Promise<void>;
  setPhase(name: string, phase: string): Promise<void>;
  /** Changes an object of the namespace default, or one without namespace. */
  update<T extends KubeObject>(resource: Resource, name: string, change: (object: T) => object): Promise<void>;
  get<T extends KubeObject>(resource: Resource, name: string): T | undefined;
  /** Reasons of the Events about an object of this name, in order. */
  events(name: string): readonly string[];
}

export function aWorkloadStage(): WorkloadStage {
  const clock = fakeClock();
  const complaints: string[] = [];
  let random = 0;
  let ids = 0;
  const parts: ControllerParts & { readonly clock: FakeClock } = {
    clock,
    random: () => (random = (random + 0.618_033) % 1),
    complain: (line) => complaints.push(line),
    store: createServer({ clock, newID: () => `uid-${String((ids += 1)).padStart(4, '0')}`, random: () => (random = (random + 0.618_033) % 1), kinds: builtInKinds() }).store,
  };
  const { store } = parts;
  store.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const known = callPods(store);
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) await clock.advance(milliseconds(0));
  };
  const named = (names: readonly string[]): Pod[] => [...known].filter(([alias]) => names.length === 0 || names.includes(alias)).flatMap(([, name]) => store.get<Pod>(resources.pods, { namespace: 'default', name }) ?? []);
  const setStatus = (pod: Pod, phase: string, ready: boolean): void => {
    const condition: Condition = { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: rfc3339(clock.now().wall) };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
    store.updateStatus(resources.pods, { ...pod, status: { ...pod.status, phase, conditions: [...others, condition] } });
  };
  return {
    ...parts, settle, complaints,
    start(controller) {
      const halt = new AbortController();
      const ended = controller(parts, halt.signal);
      return () => (halt.abort(), ended);
    },
    async pass(time) {
      await settle();
      await clock.advance(time);
    },
    pods: () => [...known].flatMap(([alias, name]) => {
      const pod = store.get<Pod>(resources.pods, { namespace: 'default', name });
      return pod === undefined ? [] : [`${alias}${pod.metadata.deletionTimestamp === undefined ? '' : ' (ending)'}`];
    }),
    pod: (name) => named([name])[0],
    async run(...names) {
      for (const pod of named(names)) if (pod.metadata.deletionTimestamp === undefined && !isOver(pod)) setStatus(pod, 'Running', true);
      await settle();
    },
    bind(...names) {
      for (const { metadata, spec } of named(names)) if ((spec.nodeName ?? '') === '') store.bind({ namespace: 'default', name: metadata.name, uid: metadata.uid }, 'worker-1');
    },
    async remove(name) {
      for (const { metadata } of named([name])) store.remove(resources.pods, { namespace: 'default', name: metadata.name });
      await settle();
    },
    async end(...names) {
      for (const { metadata } of named(names)) {
        if (metadata.deletionTimestamp !== undefined) store.remove(resources.pods, { namespace: 'default', name: metadata.name }, { gracePeriodSeconds: 0 });
      }
      await settle();
    },
    async setPhase(name, phase) {
      for (const pod of named([name])) setStatus(pod, phase, false);
      await settle();
    },
    async update<T extends KubeObject>(resource: Resource, name: string, change: (object: T) => object) {
      const object = store.get<T>(resource, resource.namespaced ? { namespace: 'default', name } : { name });
      if (object === undefined) throw new Error(`there is no ${resource.plural} ${name}`);
      store.update(resource, change(object) as KubeObject);
      await settle();
    },
    get: (resource, name) => store.get(resource, resource.namespaced ? { namespace: 'default', name } : { name }),
    events: (name) =>
      [...store.list(resources.events)]
        .filter((event) => (event['involvedObject'] as { name: string }).name === name)
        .sort((left, right) => Number(left.metadata.resourceVersion) - Number(right.metadata.resourceVersion))
        .map((event) => String(event['reason'])),
  };
}

/** What pods are called here → their names, in the order in which they came. */
function callPods(store: Store): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  store.subscribe(resources.pods, ({ type, object: { metadata } }) => {
    if (type !== 'ADDED') return;
    const { name, generateName } = metadata;
    // A StatefulSet's pods have both.
    if (generateName === undefined || /-[0-9]+$/u.test(name)) {
      known.set(name, name);
      return;
    }
    const prefix = generateName.replace(/-[b-z2-9]{5,10}-$/u, '-');
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    known.set(`${prefix}${counts.get(prefix)}`, name);
  });
  return known;
}

export interface WorkloadWish {
  readonly name: string;
  readonly spec?: object;
  readonly image?: string;
  readonly pod?: Partial<PodSpec>;
}

/** A workload in the namespace default whose pods have the label `app: <name>`. */
export function aWorkload(kind: 'StatefulSet' | 'ReplicaSet' | 'Deployment' | 'DaemonSet' | 'Job', { name, spec, image = 'one', pod }: WorkloadWish): object {
  const labels = { app: name };
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind,
    metadata: { name, namespace: 'default' },
    spec: {
      ...(kind === 'Job' ? {} : { selector: { matchLabels: labels } }),
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }], ...(kind === 'Job' ? { restartPolicy: 'Never' } : {}), ...pod } },
      ...spec,
    },
  };
}

export const withImage = (image: string) => (object: KubeObject): object => {
  const { template, ...spec } = object.spec as { template: { spec: PodSpec } };
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...template.spec, containers: [{ name: 'main', image }] } } } };
};

export const withSpec = (change: object) => (object: KubeObject): object => ({ ...object, spec: { ...object.spec, ...change } });
