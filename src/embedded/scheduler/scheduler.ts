import { resources } from '../../kube/paths.ts';
import { Refusal } from '../api-server/refusal.ts';
import type { ControllerParts, RunController } from '../controllers/controller.ts';
import { type Timings, realTimings } from '../controllers/timings.ts';
import { workQueue } from '../controllers/work-queue.ts';
import type { Pod } from '../controllers/workload/objects.ts';
import { chooseNode } from './choose-node.ts';
import { PodVolumes } from './pod-volumes.ts';
import type { Cycle } from './plugin.ts';
import { sayUnschedulable } from './say-unschedulable.ts';
import { type SayOf, schedulerEvents } from './scheduler-events.ts';
import { SchedulingQueue, type Waiting } from './scheduling-queue.ts';
import { factsOf } from './state/pod-facts.ts';
import { type Watched, watchCluster } from './watch-cluster.ts';

/**
 * The scheduler: gives each pod without a node the best node that passes all filters. Not modelled: preemption, nominated
 * nodes, dynamic resources, extenders, and profiles other than the default one.
 */
export function scheduler(timings: Timings = realTimings): RunController {
  return async (parts, signal) => {
    const queue = new SchedulingQueue(parts.clock, timings);
    const turns = workQueue('scheduler', parts, () => {
      volumes.bindReady();
      const waiting = queue.take();
      if (waiting !== undefined) one.try(waiting);
      const next = queue.next();
      if (next === 0) turns.add('next');
      else if (next !== undefined) turns.after('next', next);
    });
    const wake = (): void => turns.add('next');
    const watched = watchCluster(parts.store, queue, wake);
    const record = schedulerEvents(parts);
    const volumes = new PodVolumes(parts, { bind: (pod, node) => one.bind(pod, node), giveUp: (pod, why) => one.giveUp(pod, why), wakeAfter: (time) => turns.after('next', time) });
    const one = new One({ parts, queue, watched, volumes, record });
    wake();
    await turns.run(signal);
    watched.stop();
  };
}

interface Desk {
  readonly parts: ControllerParts;
  readonly queue: SchedulingQueue;
  readonly watched: Watched;
  readonly volumes: PodVolumes;
  readonly record: SayOf;
}

/** Decides about one pod at a time. */
class One {
  readonly #desk: Desk;
  #start = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Whatever goes wrong, the pod is not forgotten. */
  try(waiting: Waiting): void {
    try {
      this.#schedule(waiting);
    } catch (error) {
      this.#desk.queue.putAside(waiting);
      if (!(error instanceof Refusal)) throw error;
      this.#desk.parts.complain(`scheduler: pod ${waiting.namespace}/${waiting.name}: ${error.message}`);
    }
  }

  #schedule(waiting: Waiting): void {
    const { parts: { store, random }, queue, watched, volumes, record } = this.#desk;
    const pod = store.get<Pod>(resources.pods, waiting);
    if (pod?.metadata.uid !== waiting.uid || (pod.spec.nodeName ?? '') !== '') {
      queue.remove(waiting.uid);
      return;
    }
    const cycle: Cycle = { pod: factsOf(pod), state: watched.state, store, volumesOf: (name) => watched.volumes.of(name) };
    const choice = chooseNode({ cycle, start: this.#start, random });
    this.#start = (this.#start + choice.looked) % Math.max(1, watched.state.nodes().length);
    if (choice.kind === 'none') {
      queue.failed(waiting, choice.rejectedBy);
      sayUnschedulable(this.#desk.parts, record, pod, choice.message);
    } else if (volumes.prepare(cycle, choice.node)) {
      queue.remove(waiting.uid);
      watched.state.place(cycle.pod, choice.node.name);
    } else {
      this.bind(pod, choice.node.name);
    }
  }

  bind(pod: Pod, node: string): void {
    const { parts: { store, complain }, record } = this.#desk;
    const { namespace = '', name, uid } = pod.metadata;
    try {
      store.bind({ namespace, name, uid }, node);
      record(pod, { type: 'Normal', reason: 'Scheduled', action: 'Binding', message: `Successfully assigned ${namespace}/${name} to ${node}` });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      complain(`scheduler: pod ${namespace}/${name}: ${error.message}`);
      this.giveUp(pod, error.message);
    }
  }

  /** A pod that had a node, but did not get there. */
  giveUp(pod: Pod, why: string): void {
    const { parts, queue, watched, record } = this.#desk;
    const { namespace = '', name, uid } = pod.metadata;
    watched.state.displace(uid);
    const current = parts.store.get<Pod>(resources.pods, { namespace, name });
    if (current?.metadata.uid !== uid || (current.spec.nodeName ?? '') !== '') {
      queue.remove(uid);
      return;
    }
    queue.putAside({ uid, namespace, name, priority: current.spec.priority ?? 0 });
    sayUnschedulable(parts, record, current, why);
  }
}
