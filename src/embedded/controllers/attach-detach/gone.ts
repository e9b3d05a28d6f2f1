import { type ContainerStatus, type PodObject, isOver } from '../node-and-pod.ts';

/**
 * True when attach-detach takes a pod as gone although its object is there: it is over, or it terminates and every container
 * was last reported as waiting or terminated. The report of a node that was cut off may be old (kubernetes#65392).
 */
export function isGoneFromNode(pod: PodObject): boolean {
  if (isOver(pod)) return true;
  const { status } = pod;
  return pod.metadata.deletionTimestamp !== undefined && [status?.initContainerStatuses, status?.containerStatuses, status?.ephemeralContainerStatuses].every(noneRuns);
}

const noneRuns = (statuses: readonly ContainerStatus[] = []): boolean => statuses.every(({ state }) => state?.waiting !== undefined || state?.terminated !== undefined);
