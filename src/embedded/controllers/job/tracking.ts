import { resources } from '../../../kube/paths.ts';
import type { Store } from '../../api-server/server.ts';
import type { Pod } from '../workload/objects.ts';
import { isTerminating } from '../workload/pod-state.ts';
import { type Job, trackingFinalizer } from './objects.ts';

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) === true;

/** A pod that was deleted before it ended counts as failed, unless the Job replaces failed ones only. */
export function isLost(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed') return true;
  return job.spec.podReplacementPolicy !== 'Failed' && isTerminating(pod) && pod.status?.phase !== 'Succeeded';
}

/** Lets the API server remove a pod that has been counted. */
export function untrack(store: Store, { metadata }: Pod): void {
  const { namespace = '', name, uid } = metadata;
  const pod = store.get<Pod>(resources.pods, { namespace, name });
  if (pod?.metadata.uid !== uid || !isTracked(pod)) return;
  const finalizers = pod.metadata.finalizers?.filter((each) => each !== trackingFinalizer) ?? [];
  store.update(resources.pods, { ...pod, metadata: { ...pod.metadata, finalizers } });
}
