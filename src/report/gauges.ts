import { isClosed, outOfServiceTaint, outOfServiceValue } from '../model/nodefence.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Metrics } from './metrics.ts';

export interface KindAge {
  readonly kind: string;
  readonly objects: number;
  readonly relists: number;
  readonly age: number;
}

/** Gauges say what is true now: they are set anew from the snapshot, so that nothing of a vanished node stays. */
export function refreshGauges(metrics: Metrics, snapshot: Snapshot, kinds: readonly KindAge[]): void {
  metrics.paused.set(snapshot.self.paused === undefined ? 0 : 1);
  metrics.fencePhase.reset();
  metrics.fenceHeld.reset();
  for (const { spec, status } of snapshot.fences.values()) {
    if (status === undefined || isClosed(status.phase)) continue;
    metrics.fencePhase.set({ node: spec.nodeName, phase: status.phase }, 1);
    if (status.phase === 'Held') metrics.fenceHeld.set({ node: spec.nodeName, reason: status.reason }, 1);
  }
  let wrong = 0;
  for (const node of snapshot.nodes.values()) {
    if (node.ready === 'True' && node.taints.some(({ key, value }) => key === outOfServiceTaint && value === outOfServiceValue)) wrong += 1;
  }
  metrics.outOfServiceOnReadyNode.set(wrong);
  for (const { kind, objects, relists, age } of kinds) {
    metrics.reflectorObjects.set({ kind }, objects);
    metrics.reflectorRelists.set({ kind }, relists);
    metrics.reflectorAge.set({ kind }, age);
  }
}
