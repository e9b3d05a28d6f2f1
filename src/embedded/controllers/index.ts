import { attachDetach } from './attach-detach/attach-detach.ts';
import type { ControllerParts, RunController } from './controller.ts';
import { daemonSetController } from './daemonset/daemonset.ts';
import { runDeployments } from './deployment/deployment.ts';
import { disruption } from './disruption/disruption.ts';
import { garbageCollector } from './garbage-collector/garbage-collector.ts';
import { storageProtection } from './garbage-collector/storage-protection.ts';
import { jobController } from './job/job.ts';
import { namespaceController } from './namespace/namespace.ts';
import { nodeLifecycle } from './node-lifecycle/node-lifecycle.ts';
import { podGc } from './pod-gc/pod-gc.ts';
import { runReplicaSets } from './replicaset/replicaset.ts';
import { runStatefulSets } from './statefulset/statefulset.ts';
import { taintEviction } from './taint-eviction/taint-eviction.ts';
import type { Timings } from './timings.ts';
import { runVolumeBinding } from './volume-binding/volume-binding.ts';

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
  runStatefulSets,
  runReplicaSets,
  runDeployments,
  daemonSetController(timings),
  jobController(timings),
  runVolumeBinding,
];
