import { resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { attempt } from '../attempt.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { type RecordEvent, eventRecorder } from '../events.ts';
import { follow } from '../follow.ts';
import { type NodeObject, type PodObject, conditionOf, keyOf, nameOfKey } from '../node-and-pod.ts';
import { swapTaints } from '../taints.ts';
import type { Timings } from '../timings.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import { noScheduleChange } from './condition-taints.ts';
import { Evictions } from './evictions.ts';
import { type LeaseObject, ObservedHealth } from './observed-health.ts';
import { markPodsNotReady } from './pods-not-ready.ts';
import { withUnknown } from './unknown.ts';
import { type ZoneState, isExcluded, nextZones, zoneOf } from './zones.ts';

/**
 * Says Unknown for nodes that were silent too long, keeps the taints that go with their conditions, and lets NoExecute taints
 * come slowly, by zone. What it has seen lives in memory: started anew, it gives every node its grace period again, takes the
 * NoExecute taints off and has them wait in the queue once more.
 */
export const nodeLifecycle = (timings: Timings): RunController => async (parts, signal) => {
  const controller = new NodeLifecycle(parts, timings);
  controller.follow(signal);
  await controller.queue.run(signal);
};

const round = 'round';

class NodeLifecycle {
  readonly queue: WorkQueue;
  readonly #parts: ControllerParts;
  readonly #timings: Timings;
  readonly #record: RecordEvent;
  readonly #health = new ObservedHealth();
  readonly #evictions: Evictions;
  readonly #known = new Map<string, NodeObject>();
  /** Nodes whose pods could not all be marked. */
  readonly #again = new Set<string>();
  #zones: ReadonlyMap<string, ZoneState> = new Map();

  constructor(parts: ControllerParts, timings: Timings) {
    this.#parts = parts;
    this.#timings = timings;
    this.#record = eventRecorder('node-controller', parts);
    this.queue = workQueue('node lifecycle', parts, (key) => this.#turn(key));
    this.#evictions = new Evictions(parts, timings, (zone, time) => this.queue.after(`zone ${zone}`, time));
  }

  follow(signal: AbortSignal): void {
    const { store } = this.#parts;
    follow<NodeObject>(store, resources.nodes, signal, ({ type, object }) => {
      if (type !== 'DELETED') this.queue.add(`node ${object.metadata.name}`);
    });
    follow<PodObject>(store, resources.pods, signal, ({ type, object, before }) => {
      const node = object.spec?.nodeName;
      if (type !== 'DELETED' && node !== undefined && before?.spec?.nodeName !== node) this.queue.add(`pod ${keyOf(object)}`);
    });
    this.queue.add(round);
  }

  #turn(key: string): void {
    const [kind = '', name = ''] = key.split(/ (.*)/su);
    if (kind === 'node') this.#taintNoSchedule(name);
    else if (kind === 'pod') this.#podCame(name);
    else if (kind === 'zone') this.#evictions.proceed(name);
    else this.#round();
  }

  #taintNoSchedule(name: string): void {
    const node = this.#parts.store.get<NodeObject>(resources.nodes, { name });
    if (node !== undefined) swapTaints(this.#parts.store, name, { ...noScheduleChange(node), at: this.#now() });
  }

  /** A pod that is bound to a node which is down already. */
  #podCame(key: string): void {
    const pod = this.#parts.store.get<PodObject>(resources.pods, nameOfKey(key));
    const ready = this.#health.ready(pod?.spec?.nodeName ?? '');
    if (pod === undefined || ready === undefined || ready.status === 'True') return;
    markPodsNotReady(this.#parts, this.#record, [pod]);
  }

  #round(): void {
    this.queue.after(round, this.#timings.nodeMonitorPeriod);
    const nodes = [...this.#parts.store.list<NodeObject>(resources.nodes)];
    this.#meet(nodes);
    const ready = new Map<string, boolean[]>();
    for (const { metadata: { name } } of nodes) attempt(`node lifecycle ${name}`, this.#parts.complain, () => this.#judge(name, ready));
    this.#judgeZones(ready, nodes);
  }

  #meet(nodes: readonly NodeObject[]): void {
    const present = new Set(nodes.map(({ metadata }) => metadata.name));
    for (const node of nodes) {
      const { name } = node.metadata;
      if (this.#zones.get(zoneOf(node)) === undefined) this.#evictions.meetZone(zoneOf(node));
      if (this.#known.has(name)) continue;
      this.#known.set(name, node);
      this.#record(node, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
      attempt(`node lifecycle ${name}`, this.#parts.complain, () => this.#evictions.reachable(node));
    }
    for (const [name, node] of [...this.#known].filter(([name]) => !present.has(name))) {
      this.#known.delete(name);
      this.#again.delete(name);
      this.#record(node, 'Normal', 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
    }
  }

  #judge(name: string, zones: Map<string, boolean[]>): void {
    const node = this.#parts.store.get<NodeObject>(resources.nodes, { name });
    if (node === undefined) return;
    const before = conditionOf(node, 'Ready')?.status;
    const current = this.#updateHealth(node, before);
    const now = current === node ? before : conditionOf(current, 'Ready')?.status;
    if (!isExcluded(current)) {
      const zone = zoneOf(current);
      const ready = zones.get(zone) ?? [];
      zones.set(zone, ready);
      ready.push(now === 'True');
    }
    if (now === undefined) return;
    this.#evictions.judge(current, now);
    this.#markPods(current, { wasReady: before === 'True', isReady: now === 'True' });
  }

  /**
   * Unknown when nothing moved for the grace period. A real controller asks whether more than that has passed, and a few
   * milliseconds more always have, because its rounds take time; here rounds take none.
   */
  #updateHealth(node: NodeObject, ready: string | undefined): NodeObject {
    const { store, clock } = this.#parts;
    const { name } = node.metadata;
    const lease = store.get<LeaseObject>(resources.leases, { namespace: 'kube-node-lease', name });
    const silence = this.#health.look(node, lease, clock.now());
    const grace = ready === undefined ? this.#timings.nodeStartupGracePeriod : this.#timings.nodeMonitorGracePeriod;
    if (silence < grace) return node;
    const unknown = withUnknown(node, this.#now());
    if (unknown === node) return node;
    const written: NodeObject = store.updateStatus(resources.nodes, unknown);
    this.#health.wrote(written, lease);
    return written;
  }

  #markPods(node: NodeObject, { wasReady, isReady }: { readonly wasReady: boolean; readonly isReady: boolean }): void {
    const { name } = node.metadata;
    const wentDown = !isReady && wasReady;
    if (wentDown) this.#record(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    const retried = this.#again.delete(name) && !wasReady;
    if (!wentDown && !retried) return;
    if (!markPodsNotReady(this.#parts, this.#record, [...this.#parts.store.podsOn<PodObject>(name)])) this.#again.add(name);
  }

  #judgeZones(ready: ReadonlyMap<string, readonly boolean[]>, nodes: readonly NodeObject[]): void {
    const { states, rates, turn } = nextZones(this.#zones, ready, this.#timings);
    this.#zones = states;
    if (turn === 'everything-down') {
      for (const node of nodes) attempt(`node lifecycle ${node.metadata.name}`, this.#parts.complain, () => this.#evictions.reachable(node));
    }
    if (turn === 'first-back') this.#health.startAgain(this.#parts.clock.now().tick);
    for (const [zone, rate] of rates) this.#evictions.setRate(zone, rate);
  }

  #now(): string {
    return rfc3339(this.#parts.clock.now().wall);
  }
}
