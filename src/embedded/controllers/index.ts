import { attachDetach } from './attach-detach/attach-detach.ts';
import type { ControllerParts, RunController } from './controller.ts';
import { disruption } from './disruption/disruption.ts';
import { garbageCollector } from './garbage-collector/garbage-collector.ts';
import { storageProtection } from './garbage-collector/storage-protection.ts';
import { namespaceController } from './namespace/namespace.ts';
import { nodeLifecycle } from './node-lifecycle/node-lifecycle.ts';
import { podGc } from './pod-gc/pod-gc.ts';
import { taintEviction } from './taint-eviction/taint-eviction.ts';
import type { Timings } from './timings.ts';

/** Runs what kube-controller-manager runs, until the signal aborts. All of them forget together what they keep in memory. */
export async function runControllers(parts: ControllerParts, timings: Timings, signal: AbortSignal): Promise<void> {
  await Promise.all(controllers(timings).map((run) => run(parts, signal)));
}

const controllers = (timings: Timings): readonly RunController[] => [
  nodeLifecycle(timings),
  taintEviction,
  podGc(timings),
  attachDetach(timings),
  disruption(timings),
  garbageCollector,
  storageProtection,
  namespaceController,
];
