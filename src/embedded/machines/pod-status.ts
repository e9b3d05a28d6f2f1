import { rfc3339 } from '../../kube/timestamps.ts';
import type { Instant } from '../../model/time.ts';
import type { ContainerRun } from './machine.ts';
import type { Condition, PodObject } from './objects.ts';

export interface PodFacts {
  readonly run: ContainerRun;
  readonly hostIP: string;
  readonly podIP: string;
  readonly at: Instant;
}

/** Status of a pod whose containers run and are ready. */
export function runningStatus(pod: PodObject, { run, hostIP, podIP, at }: PodFacts): object {
  const startTime = pod.status?.startTime ?? rfc3339(at);
  return {
    phase: 'Running',
    startTime,
    hostIP,
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: mergeConditions(pod, { Initialized: 'True', ContainersReady: 'True', Ready: 'True' }, at),
    containerStatuses: pod.spec.containers.map(({ name, image }) => {
      const containerID = `evenkeel://${run.id}/${name}`;
      const before = pod.status?.containerStatuses?.find((each) => each.name === name);
      const again = before?.containerID !== undefined && before.containerID !== containerID;
      return {
        name, image, containerID, imageID: `${image}@evenkeel`, ready: true, started: true,
        restartCount: (before?.restartCount ?? 0) + (again ? 1 : 0),
        state: { running: { startedAt: rfc3339(at) } },
      };
    }),
    ...(pod.spec.initContainers === undefined ? {} : { initContainerStatuses: pod.spec.initContainers.map(({ name, image }) => finished({ name, image }, 0, at)) }),
  };
}

/** True when the API server has that status already, start times aside. */
export function isReportedRunning(pod: PodObject, run: ContainerRun): boolean {
  const isTrue = (type: string): boolean => pod.status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
  const reported = pod.status?.containerStatuses?.every(({ ready, containerID, name }) => ready && containerID === `evenkeel://${run.id}/${name}`) === true;
  return pod.status?.phase === 'Running' && reported && isTrue('Ready') && isTrue('ContainersReady');
}

/**
 * Status of a pod whose containers have ended. `exitCode` 0 after an orderly stop; 137 for containers that a kubelet
 * finds gone after a boot.
 */
export function endedStatus(pod: PodObject, exitCode: 0 | 137, at: Instant): object {
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: mergeConditions(pod, { ContainersReady: 'False', Ready: 'False' }, at),
    containerStatuses: pod.spec.containers.map((container) => {
      const before = pod.status?.containerStatuses?.find(({ name }) => name === container.name);
      return { ...finished(container, exitCode, at), restartCount: before?.restartCount ?? 0 };
    }),
  };
}

const finished = ({ name, image }: { name: string; image: string }, exitCode: 0 | 137, at: Instant): object => ({
  name, image, imageID: `${image}@evenkeel`, ready: false, started: false, restartCount: 0,
  state: { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'ContainerStatusUnknown', finishedAt: rfc3339(at) } },
});

/** A merge patch replaces the list: those of the scheduler and of whoever asked for the deletion go along unchanged. */
function mergeConditions(pod: PodObject, ours: Readonly<Record<string, 'True' | 'False'>>, at: Instant): Condition[] {
  const live = pod.status?.conditions ?? [];
  const foreign = live.filter(({ type }) => !Object.hasOwn(ours, type));
  const own = Object.entries(ours).map(([type, status]): Condition => {
    const before = live.find((each) => each.type === type);
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? rfc3339(at)) : rfc3339(at);
    return { type, status, lastTransitionTime };
  });
  return [...foreign, ...own];
}
