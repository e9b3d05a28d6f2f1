import { resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { type Duration, type Tick, elapsed, tickAfter } from '../../../model/time.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { type RecordEvent, eventRecorder } from '../events.ts';
import { follow } from '../follow.ts';
import { type NodeObject, type PodObject, type Taint, keyOf, nameOfKey, withCondition } from '../node-and-pod.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import { toleratedFor } from './tolerated.ts';

/**
 * Deletes the pods of nodes with NoExecute taints: those that do not tolerate one of them at once, others when the time is
 * over that they tolerate it for. A time that runs ends only when all NoExecute taints of the node are gone (kubernetes#90794).
 * The times live in memory. It asks no disruption budget, and says no UID when it deletes.
 */
export const taintEviction: RunController = async (parts, signal) => {
  const controller = new TaintEviction(parts);
  controller.follow(signal);
  await controller.queue.run(signal);
};

class TaintEviction {
  readonly queue: WorkQueue;
  readonly #parts: ControllerParts;
  readonly #record: RecordEvent;
  /** When a pod, by its key, has to go. */
  readonly #timers = new Map<string, Tick>();

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#record = eventRecorder('taint-eviction-controller', parts);
    this.queue = workQueue('taint eviction', parts, (key) => this.#turn(key));
  }

  follow(signal: AbortSignal): void {
    const { store } = this.#parts;
    follow<NodeObject>(store, resources.nodes, signal, ({ type, object, before }) => {
      if (type !== 'DELETED' && !(type === 'MODIFIED' && same(noExecute(object), noExecute(before)))) this.queue.add(`node ${object.metadata.name}`);
    });
    follow<PodObject>(store, resources.pods, signal, ({ type, object, before }) => {
      const asBefore = type === 'MODIFIED' && before?.spec?.nodeName === object.spec?.nodeName && same(before?.spec?.tolerations, object.spec?.tolerations);
      if (!asBefore) this.queue.add(`pod ${keyOf(object)}`);
    });
  }

  #turn(key: string): void {
    const [kind = '', name = ''] = key.split(' ');
    if (kind === 'node') this.#judgeNode(name);
    else if (kind === 'pod') this.#judgePod(name);
    else this.#ring(name);
  }

  #judgeNode(name: string): void {
    const taints = noExecute(this.#parts.store.get<NodeObject>(resources.nodes, { name }));
    const pods = Array.from(this.#parts.store.podsOn<PodObject>(name));
    for (const pod of pods) this.#judge(pod, taints);
  }

  /** A pod that is gone loses its time; one whose node is gone or free of taints keeps it. */
  #judgePod(key: string): void {
    const pod = this.#parts.store.get<PodObject>(resources.pods, nameOfKey(key));
    if (pod === undefined) {
      this.#timers.delete(key);
      return;
    }
    const taints = noExecute(this.#parts.store.get<NodeObject>(resources.nodes, { name: pod.spec?.nodeName ?? '' }));
    if (taints.length > 0) this.#judge(pod, taints);
  }

  #judge(pod: PodObject, taints: readonly Taint[]): void {
    const key = keyOf(pod);
    const time = toleratedFor(taints, pod.spec?.tolerations ?? []);
    if (time === undefined) this.#cancel(pod);
    else if (time <= 0) {
      this.#cancel(pod);
      this.#delete(key);
    } else this.#setTimer(key, time);
  }

  /** A time that runs already stays as it is, whatever other taints come: so does the real one, even when the new time is shorter. */
  #setTimer(key: string, time: Duration): void {
    if (this.#timers.has(key)) return;
    this.#timers.set(key, tickAfter(this.#parts.clock.now().tick, time));
    this.queue.after(`timer ${key}`, time);
  }

  #ring(key: string): void {
    const due = this.#timers.get(key);
    const now = this.#parts.clock.now().tick;
    if (due === undefined) return;
    if (now < due) this.queue.after(`timer ${key}`, elapsed(now, due));
    else this.#delete(key);
  }

  #cancel(pod: PodObject): void {
    if (!this.#timers.delete(keyOf(pod))) return;
    this.#record(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${keyOf(pod)}`);
  }

  #delete(key: string): void {
    const { store, clock } = this.#parts;
    const pod = store.get<PodObject>(resources.pods, nameOfKey(key));
    if (pod !== undefined) {
      this.#record(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
      const marked = withCondition(pod, target, rfc3339(clock.now().wall));
      if (marked !== pod) store.updateStatus(resources.pods, marked);
      store.remove(resources.pods, nameOfKey(key));
    }
    this.#timers.delete(key);
  }
}

const target = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' };

const noExecute = (node: NodeObject | undefined): readonly Taint[] => (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
const same = (left: unknown, right: unknown): boolean => left === right || JSON.stringify(left) === JSON.stringify(right);
