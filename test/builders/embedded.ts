import type { ControllerParts, RunController } from '../../src/embedded/controllers/controller.ts';
import type { Condition, NodeObject, PodObject } from '../../src/embedded/controllers/node-and-pod.ts';
import { resources } from '../../src/kube/paths.ts';
import { rfc3339Micro } from '../../src/kube/timestamps.ts';
import { type Duration, milliseconds } from '../../src/model/time.ts';
import { type FakeClock, fakeClock } from '../fakes/clock.ts';
import { fakeStore } from '../fakes/embedded-store.ts';

/** A store with nothing in it, and controllers that are started and stopped on a clock that stands still until told. */
export interface Stage extends ControllerParts {
  readonly store: ReturnType<typeof fakeStore>;
  readonly clock: FakeClock;
  readonly complaints: readonly string[];
  /** Starts a controller; the returned function stops it. */
  start(controller: RunController): () => Promise<void>;
  /** Lets everybody do what is due, then time pass. */
  pass(time: Duration): Promise<void>;
  /** Reasons of the Events about an object of this name, in order. */
  events(name: string): readonly string[];
}

export function aStage(): Stage {
  const clock = fakeClock();
  const store = fakeStore(clock);
  const complaints: string[] = [];
  let random = 0;
  const parts: ControllerParts = { store, clock, random: () => (random = (random + 0.618) % 1), complain: (line) => complaints.push(line) };
  return {
    ...parts, store, clock, complaints,
    start(controller) {
      const halt = new AbortController();
      const ended = controller(parts, halt.signal);
      return () => (halt.abort(), ended);
    },
    async pass(time) {
      await clock.advance(milliseconds(0));
      await clock.advance(time);
    },
    events: (name) =>
      [...store.list(resources.events)]
        .filter((event) => (event['involvedObject'] as { name: string }).name === name)
        .sort((left, right) => Number(left.metadata.resourceVersion) - Number(right.metadata.resourceVersion))
        .map((event) => String(event['reason'])),
  };
}

export interface NodeWish {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ready?: 'True' | 'False' | 'Unknown' | undefined;
  readonly taints?: readonly object[];
  readonly status?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A node as its kubelet registers it, with the four conditions of a kubelet; without any for `ready: undefined`. */
export function embeddedNode({ ready = 'True', ...wish }: NodeWish): object {
  const at = '2026-01-01T00:00:00Z';
  const condition = (type: string, status: string): Condition => ({ type, status, reason: 'Kubelet', message: 'said so', lastHeartbeatTime: at, lastTransitionTime: at });
  const conditions = [...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => condition(type, 'False')), condition('Ready', ready)];
  return {
    apiVersion: 'v1', kind: 'Node',
    metadata: { name: wish.name, labels: wish.labels ?? {}, annotations: wish.annotations ?? {} },
    spec: wish.taints === undefined ? {} : { taints: wish.taints },
    status: { conditions, ...wish.status },
  };
}

export interface PodWish {
  readonly name: string;
  readonly node?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

/** A running, ready pod in the namespace default. */
export const embeddedPod = ({ name, node, metadata, spec, status }: PodWish): object => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { ...(node === undefined ? {} : { nodeName: node }), ...spec },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }], ...status },
});

/** The Lease of a node is made, or renewed at this moment of the clock. */
export function renew({ store, clock }: Stage, name: string): void {
  const at = { namespace: 'kube-node-lease', name };
  const spec = { renewTime: rfc3339Micro(clock.now().wall) };
  const lease = store.get(resources.leases, at);
  if (lease === undefined) store.create(resources.leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: at, spec });
  else store.update(resources.leases, { ...lease, spec });
}

export const nodeNamed = ({ store }: Stage, name: string): NodeObject | undefined => store.get<NodeObject>(resources.nodes, { name });
export const podNamed = ({ store }: Stage, name: string): PodObject | undefined => store.get<PodObject>(resources.pods, { namespace: 'default', name });
/** `key:effect` of each taint, shortened to what comes after the slash. */
export const taintsOf = (stage: Stage, name: string): readonly string[] =>
  (nodeNamed(stage, name)?.spec?.taints ?? []).map(({ key, effect }) => `${key.split('/').at(-1) ?? ''}:${effect}`);
