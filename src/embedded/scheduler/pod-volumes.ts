import { resources } from '../../kube/paths.ts';
import { type Duration, type Tick, elapsed, milliseconds, minutes } from '../../model/time.ts';
import type { ControllerParts } from '../controllers/controller.ts';
import { isBound, promise, selectedNode } from '../controllers/volume-binding/claims-and-volumes.ts';
import type { Claim, Pod } from '../controllers/workload/objects.ts';
import { claimsOf } from './filters/claims.ts';
import { type ClaimPlan, volumePlan } from './filters/volumes.ts';
import type { Cycle } from './plugin.ts';
import type { NodeState } from './state/node-state.ts';

interface Hands {
  bind(pod: Pod, node: string): void;
  giveUp(pod: Pod, why: string): void;
  wakeAfter(time: Duration): void;
}

interface Parked {
  readonly pod: Pod;
  readonly node: string;
  readonly claims: readonly string[];
  readonly since: Tick;
}

/** How long Kubernetes waits for the claims of a pod to be bound (`bindTimeoutSeconds`). */
const patience = minutes(10);

/** Pods that have a node and wait for their claims: the volumes are promised, binding them is the PersistentVolume controller's. */
export class PodVolumes {
  readonly #parts: ControllerParts;
  readonly #hands: Hands;
  readonly #parked = new Map<string, Parked>();

  constructor(parts: ControllerParts, hands: Hands) {
    this.#parts = parts;
    this.#hands = hands;
  }

  /** Promises volumes to the claims that waited for this pod, or asks a provisioner for some. False: there is nothing to wait for. */
  prepare(cycle: Cycle, node: NodeState): boolean {
    const { pod } = cycle;
    const claims = pod.claims.length === 0 ? undefined : claimsOf(cycle);
    if (claims === undefined || 'impossible' in claims || claims.waiting.length === 0) return false;
    for (const plan of volumePlan(cycle, claims.waiting)(node) ?? []) this.#carryOut(plan, node.name);
    this.#parked.set(pod.uid, { pod: pod.pod, node: node.name, claims: pod.claims, since: this.#parts.clock.now().tick });
    this.#hands.wakeAfter(patience);
    return true;
  }

  /** Binds the pods whose claims are bound; gives up on those that have waited too long, or that are gone. */
  bindReady(): void {
    const now = this.#parts.clock.now().tick;
    for (const [uid, parked] of this.#parked) {
      const { pod, node, claims, since } = parked;
      const current = this.#parts.store.get<Pod>(resources.pods, { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name });
      const gone = current?.metadata.uid !== uid || current.metadata.deletionTimestamp !== undefined;
      const ready = !gone && claims.every((name) => this.#isBound(pod, name));
      const late = elapsed(since, now) >= patience;
      if (!gone && !ready && !late) continue;
      this.#parked.delete(uid);
      if (ready) this.#hands.bind(pod, node);
      else this.#hands.giveUp(pod, 'binding volumes: context deadline exceeded');
    }
    if (this.#parked.size > 0) this.#hands.wakeAfter(milliseconds(patience));
  }

  #isBound(pod: Pod, name: string): boolean {
    const claim = this.#parts.store.get<Claim>(resources.persistentvolumeclaims, { namespace: pod.metadata.namespace ?? '', name });
    return claim !== undefined && isBound(claim);
  }

  #carryOut(plan: ClaimPlan, node: string): void {
    const { store } = this.#parts;
    if ('volume' in plan) {
      promise(store, plan.volume, plan.claim);
      return;
    }
    const { claim } = plan;
    if (claim.metadata.annotations?.[selectedNode] === node) return;
    const annotations = { ...claim.metadata.annotations, [selectedNode]: node };
    store.update(resources.persistentvolumeclaims, { ...claim, metadata: { ...claim.metadata, annotations } });
  }
}
