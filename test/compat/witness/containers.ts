import type { ContainerStatus, PodRecord } from '../../../src/model/cluster.ts';

interface Which {
  readonly init?: boolean | undefined;
  readonly ephemeral?: boolean | undefined;
}

/** The statuses of the ordinary containers, and of others where the arguments ask for them. */
export function containersOf({ details }: PodRecord, { init = false, ephemeral = false }: Which): ContainerStatus[] {
  return [...(details?.containers ?? []), ...(init ? (details?.initContainers ?? []) : []), ...(ephemeral ? (details?.ephemeralContainers ?? []) : [])];
}

/** Why they wait or ended. */
export const reasonsOf = (containers: readonly ContainerStatus[]): string[] => containers.flatMap(({ waiting, terminated }) => [waiting ?? '', terminated?.reason ?? '']).filter((reason) => reason !== '');

export const hasExitCode = (containers: readonly ContainerStatus[], codes: readonly number[]): boolean => containers.some(({ terminated }) => terminated !== undefined && codes.includes(terminated.exitCode));
