import { resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { attempt } from '../attempt.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { follow } from '../follow.ts';
import { type Condition, type NodeObject, type PodObject, isReady, keyOf, nameOfKey, withCondition } from '../node-and-pod.ts';
import { hasTaintKey } from '../taints.ts';
import type { Timings } from '../timings.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import { PodSets } from './pod-sets.ts';

/**
 * Force-deletes, every `podGcPeriod`: the oldest pods that are over when there are too many of them; pods that terminate on a
 * node that is not Ready and has the out-of-service taint; pods whose node is gone for longer than the quarantine; pods that
 * terminate without ever having had a node. Each is made Failed before. It asks for no UID when it deletes.
 */
export const podGc = (timings: Timings): RunController => async (parts, signal) => {
  const controller = new PodGc(parts, timings);
  follow<PodObject>(parts.store, resources.pods, signal, (change) => controller.pods.heard(change));
  controller.queue.add(round);
  await controller.queue.run(signal);
};

const round = 'round';
const prefix = 'node ';
const outOfService = 'node.kubernetes.io/out-of-service';
const nodeGone: Condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };

class PodGc {
  readonly queue: WorkQueue;
  readonly pods = new PodSets();
  readonly #parts: ControllerParts;
  readonly #timings: Timings;
  /** Keys of nodes that were found missing. */
  readonly #quarantined = new Set<string>();
  /** Names of nodes whose quarantine is over; the next round looks at them once more. */
  readonly #released = new Set<string>();

  constructor(parts: ControllerParts, timings: Timings) {
    this.#parts = parts;
    this.#timings = timings;
    this.queue = workQueue('pod GC', parts, (key) => this.#turn(key));
  }

  #turn(key: string): void {
    if (key === round) this.#round();
    else if (this.#quarantined.delete(key)) this.#released.add(key.slice(prefix.length));
  }

  #round(): void {
    this.queue.after(round, this.#timings.podGcPeriod);
    this.#tooManyOver();
    for (const pod of this.#read(this.pods.terminating)) if (this.#isOutOfService(pod)) this.#delete(pod);
    this.#orphans();
    for (const pod of this.#read(this.pods.terminating)) if (pod.spec?.nodeName === undefined) this.#delete(pod);
  }

  #tooManyOver(): void {
    const count = this.pods.over.size - this.#timings.terminatedPodThreshold;
    if (this.#timings.terminatedPodThreshold <= 0 || count <= 0) return;
    const oldestFirst = this.#read(this.pods.over).sort(byEvictionAndAge);
    for (const pod of oldestFirst.slice(0, count)) this.#delete(pod);
  }

  #isOutOfService(pod: PodObject): boolean {
    const node = this.#node(pod.spec?.nodeName ?? '');
    return node !== undefined && !isReady(node) && hasTaintKey(node, outOfService);
  }

  #orphans(): void {
    const missing = [...this.pods.byNode.keys()].filter((name) => this.#node(name) === undefined).sort();
    for (const name of missing) {
      const key = prefix + name;
      if (this.#quarantined.has(key)) continue;
      this.#quarantined.add(key);
      this.queue.after(key, this.#timings.orphanQuarantine);
    }
    const gone = missing.filter((name) => this.#released.has(name));
    this.#released.clear();
    for (const name of gone) for (const pod of this.#read(this.pods.byNode.get(name) ?? new Set())) this.#delete(pod, nodeGone);
  }

  #delete(pod: PodObject, condition?: Condition): void {
    const { store, complain, clock } = this.#parts;
    const isFinal = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    attempt(`pod GC ${keyOf(pod)}`, complain, () => {
      const failed: PodObject = { ...pod, status: { ...pod.status, phase: 'Failed' } };
      if (!isFinal) store.updateStatus(resources.pods, condition === undefined ? failed : withCondition(failed, condition, rfc3339(clock.now().wall)));
      store.remove(resources.pods, nameOfKey(keyOf(pod)), { gracePeriodSeconds: 0 });
    });
  }

  #read(keys: ReadonlySet<string>): PodObject[] {
    return [...keys].sort().flatMap((key) => this.#parts.store.get<PodObject>(resources.pods, nameOfKey(key)) ?? []);
  }

  #node(name: string): NodeObject | undefined {
    return this.#parts.store.get<NodeObject>(resources.nodes, { name });
  }
}

/** Pods that a kubelet evicted go first, then the oldest. */
function byEvictionAndAge(left: PodObject, right: PodObject): number {
  const [isLeft, isRight] = [left, right].map(({ status }) => status?.phase === 'Failed' && status.reason === 'Evicted');
  if (isLeft !== isRight) return isLeft === true ? -1 : 1;
  const words = ({ metadata }: PodObject): string => `${metadata.creationTimestamp} ${metadata.name}`;
  return words(left) < words(right) ? -1 : 1;
}
