import type { Container, Pod, PodAffinityTerm, PodTerms, Words } from '../../controllers/workload/objects.ts';
import { stableJson } from '../../controllers/workload/same.ts';
import { selectsLabels } from '../../controllers/workload/selectors.ts';
import { type Requests, requestsOf } from './requests.ts';

/** A term of a pod's affinity to other pods, with the namespaces that it means. */
export interface Term {
  /** Equal for equal terms, whichever pod they are of. */
  readonly key: string;
  readonly topologyKey: string;
  /** Undefined: those that the namespace selector says. */
  readonly namespaces: readonly string[] | undefined;
  readonly raw: PodAffinityTerm;
}

export interface WeightedTerm extends Term {
  /** Negative for anti-affinity. */
  readonly weight: number;
}

/** What the scheduler needs to know of a pod, worked out once. */
export interface PodFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Words;
  readonly terminating: boolean;
  readonly requests: Requests;
  /** `protocol/address/port` of each host port. */
  readonly hostPorts: readonly string[];
  /** Names of its claims. */
  readonly claims: readonly string[];
  readonly near: readonly Term[];
  readonly apart: readonly Term[];
  readonly preferred: readonly WeightedTerm[];
  readonly pod: Pod;
}

export function factsOf(pod: Pod): PodFacts {
  const { metadata, spec } = pod;
  const namespace = metadata.namespace ?? '';
  return {
    uid: metadata.uid,
    namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    terminating: metadata.deletionTimestamp !== undefined,
    requests: requestsOf(spec),
    hostPorts: [...spec.containers, ...(spec.initContainers ?? [])].flatMap(hostPortsOf),
    claims: (spec.volumes ?? []).flatMap((volume) => claimOf(volume, metadata.name)),
    near: required(spec.affinity?.podAffinity, namespace),
    apart: required(spec.affinity?.podAntiAffinity, namespace),
    preferred: [...preferred(spec.affinity?.podAffinity, namespace, 1), ...preferred(spec.affinity?.podAntiAffinity, namespace, -1)],
    pod,
  };
}

const hostPortsOf = ({ ports = [] }: Container): string[] =>
  ports.flatMap(({ hostPort = 0, hostIP = '', protocol = 'TCP' }) => (hostPort === 0 ? [] : [`${protocol}/${hostIP === '' ? '0.0.0.0' : hostIP}/${hostPort}`]));

const required = (terms: PodTerms | undefined, namespace: string): Term[] => (terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((raw) => termOf(raw, namespace));

const preferred = (terms: PodTerms | undefined, namespace: string, sign: 1 | -1): WeightedTerm[] =>
  (terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({ ...termOf(podAffinityTerm, namespace), weight: sign * weight }));

function claimOf({ name, persistentVolumeClaim, ephemeral }: NonNullable<Pod['spec']['volumes']>[number], pod: string): string[] {
  if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
  return ephemeral === undefined ? [] : [`${pod}-${name}`];
}

/** Without namespaces and selector a term means the namespace of its own pod. */
function termOf(raw: PodAffinityTerm, own: string): Term {
  const { namespaces = [], namespaceSelector } = raw;
  const named = namespaces.length === 0 && namespaceSelector === undefined ? [own] : namespaces;
  return {
    key: `${namespaceSelector === undefined ? '' : stableJson(namespaceSelector)} ${named.join(',')} ${raw.topologyKey} ${stableJson(raw.labelSelector ?? null)}`,
    topologyKey: raw.topologyKey,
    namespaces: namespaceSelector === undefined ? named : undefined,
    raw,
  };
}

/** Labels of namespaces, for namespace selectors. */
export type NamespaceLabels = (namespace: string) => Words;

export function matchesTerm({ namespaces, raw }: Term, pod: PodFacts, labelsOf: NamespaceLabels): boolean {
  const inNamespace = namespaces?.includes(pod.namespace) ?? (raw.namespaces?.includes(pod.namespace) === true || selectsLabels(raw.namespaceSelector, labelsOf(pod.namespace)));
  return inNamespace && selectsLabels(raw.labelSelector, pod.labels);
}
