import type { KubeObject } from '../../src/embedded/api-server/object.ts';
import type { Store } from '../../src/embedded/api-server/server.ts';
import type { Condition, Pod, PodSpec } from '../../src/embedded/controllers/workload/objects.ts';
import type { Resource } from '../../src/kube/paths.ts';
import { resources } from '../../src/kube/paths.ts';
import { rfc3339 } from '../../src/kube/timestamps.ts';
import { milliseconds } from '../../src/model/time.ts';
import { type Stage, aStage } from './embedded.ts';

/** A stage whose store also names, numbers and begins objects as an API server does, and hands that play kubelet. */
export interface WorkloadStage extends Stage {
  /** Lets the controllers do all that is to do now. */
  settle(): Promise<void>;
  /** Names of the pods, with a mark for those that are ending. */
  pods(): readonly string[];
  pod(name: string): Pod | undefined;
  /** Makes bound and unbound pods run and be ready; all when no names are given. */
  run(...names: string[]): Promise<void>;
  /** Ends pods whose deletion was asked for, as a kubelet does. */
  end(...names: string[]): Promise<void>;
  setPhase(name: string, phase: string): Promise<void>;
  update<T extends KubeObject>(resource: Resource, name: string, change: (object: T) => object): Promise<void>;
  get<T extends KubeObject>(resource: Resource, name: string): T | undefined;
}

export function aWorkloadStage(): WorkloadStage {
  const stage = aStage();
  const { store, clock } = stage;
  likeAServer(store);
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) await clock.advance(milliseconds(0));
  };
  const all = (): Pod[] => [...store.list<Pod>(resources.pods)];
  const named = (names: readonly string[]): Pod[] => all().filter(({ metadata }) => names.length === 0 || names.includes(metadata.name));
  const setStatus = (pod: Pod, phase: string, ready: boolean): void => {
    const condition: Condition = { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: rfc3339(clock.now().wall) };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
    store.updateStatus(resources.pods, { ...pod, status: { ...pod.status, phase, conditions: [...others, condition] } });
  };
  return {
    ...stage, settle,
    pods: () => all().map(({ metadata }) => `${metadata.name}${metadata.deletionTimestamp === undefined ? '' : ' (ending)'}`),
    pod: (name) => store.get<Pod>(resources.pods, { namespace: 'default', name }),
    async run(...names) {
      for (const pod of named(names)) if (pod.metadata.deletionTimestamp === undefined) setStatus(pod, 'Running', true);
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
  };
}

/** What the fake leaves out: generated names, generations, and the phase in which objects begin. */
function likeAServer(store: Store): void {
  const create = store.create.bind(store);
  const update = store.update.bind(store);
  let count = 0;
  store.create = (resource, object) => {
    const { metadata, ...rest } = object as KubeObject;
    const name = metadata.name ?? `${metadata.generateName ?? ''}${(count += 1)}`;
    const begins = ['pods', 'persistentvolumes', 'persistentvolumeclaims'].includes(resource.plural) && rest.status === undefined ? { status: { phase: 'Pending' } } : {};
    return create(resource, { ...rest, ...begins, metadata: { ...metadata, name, generation: 1 } });
  };
  store.update = (resource, object) => {
    const before = store.get(resource, object.metadata);
    const changed = JSON.stringify(before?.spec) !== JSON.stringify(object.spec);
    const generation = (before?.metadata.generation ?? 1) + (changed ? 1 : 0);
    return update(resource, { ...object, metadata: { ...object.metadata, generation } });
  };
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
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }], ...pod } }, ...spec },
  };
}

export const withImage = (image: string) => (object: KubeObject): object => {
  const { template, ...spec } = object.spec as { template: { spec: PodSpec } };
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...template.spec, containers: [{ name: 'main', image }] } } } };
};

export const withSpec = (change: object) => (object: KubeObject): object => ({ ...object, spec: { ...object.spec, ...change } });
