import type { ContainerStatus, PodRecord } from '../../model/cluster.ts';

/** Ordinary containers always count; these do when the policy asks for it. */
export interface OtherContainers {
  readonly init?: boolean | undefined;
  readonly ephemeral?: boolean | undefined;
}

/** The current statuses of a pod's containers; none when its details were not fetched or nothing has started yet. */
export function statusesOf({ details }: PodRecord, { init = false, ephemeral = false }: OtherContainers = {}): readonly ContainerStatus[] {
  if (details === undefined) return [];
  if (!init && !ephemeral) return details.containers;
  return [...details.containers, ...(init ? details.initContainers : []), ...(ephemeral ? details.ephemeralContainers : [])];
}

/** The pod's own reason and those why its containers wait or have ended. One that is not given is none, whatever a policy lists. */
export function reasonsOf(pod: PodRecord, which: OtherContainers): string[] {
  const reasons = statusesOf(pod, which).flatMap(({ waiting = '', terminated }) => [waiting, terminated?.reason ?? '']);
  return [pod.details?.reason ?? '', ...reasons].filter((reason) => reason !== '');
}

/** The exit codes of those that have ended. */
export const exitCodesOf = (statuses: readonly ContainerStatus[]): number[] => statuses.flatMap(({ terminated }) => terminated?.exitCode ?? []);
