import type { PodRecord } from '../../../src/model/cluster.ts';
import type { LabelSelector } from '../../../src/model/configuration.ts';
import { rankOf } from '../../../src/decide/rebalancing/eviction-order.ts';
import { selects } from '../../../src/model/labels.ts';
import { field } from '../../../src/model/node-selector.ts';
import { readLabelSelector } from '../../../src/model/selector.ts';
import { textOf } from './fields.ts';
import type { View } from './ground.ts';
import { Sweep } from './sweep.ts';
import type { Witness } from './witness.ts';

/** Node by node, the pods of a node by rank; who went is no partner of anybody any more. */
export function interPodAntiAffinity(view: View, args: object): Witness {
  const collected = new Set(view.pods(args, 'active'));
  const spares = (pod: PodRecord): string | undefined => (violates(view, pod, collected) ? undefined : 'it is in conflict with nobody');
  const turns = [...collected].filter((pod) => view.evictable(pod) && view.mayGo(pod)).map((pod) => ({ pod, place: pod.node, key: rankOf(pod) }));
  const sweep = new Sweep(turns, { forbids: view.forbids, spares });
  return {
    next: (pod) => {
      const refused = sweep.next(pod);
      if (refused === undefined) collected.delete(pod);
      return refused;
    },
    stop: () => sweep.stop(),
  };
}

/** The first term decides that has a partner or cannot be read. */
export function violates(view: View, pod: PodRecord, collected: ReadonlySet<PodRecord>): boolean {
  for (const term of termsOf(pod)) {
    if (term.selector === 'malformed') return false;
    for (const other of collected) if (isPartner(view, pod, other, term)) return true;
  }
  return false;
}

interface Term {
  readonly namespaces: readonly string[];
  readonly topologyKey: string;
  /** Absent selectors mean nobody. */
  readonly selector: LabelSelector | 'malformed' | undefined;
}

export function termsOf(pod: PodRecord): Term[] {
  const required = field(field(pod.affinity, 'podAntiAffinity'), 'requiredDuringSchedulingIgnoredDuringExecution');
  return Array.isArray(required) ? required.map((raw: unknown) => readTerm(raw, pod)) : [];
}

function readTerm(raw: unknown, pod: PodRecord): Term {
  const namespaces = field(raw, 'namespaces');
  const written = field(raw, 'labelSelector') ?? undefined;
  const read = written === undefined ? undefined : readLabelSelector(written);
  return {
    namespaces: Array.isArray(namespaces) && namespaces.length > 0 ? (namespaces as string[]) : [pod.namespace],
    topologyKey: textOf(raw, 'topologyKey'),
    selector: read === undefined ? undefined : 'selector' in read ? read.selector : 'malformed',
  };
}

/** Pods of the same name are never partners, wherever they live. */
export function isPartner({ index }: View, pod: PodRecord, other: PodRecord, { namespaces, topologyKey, selector }: Term): boolean {
  if (selector === undefined || selector === 'malformed' || other.name === pod.name) return false;
  if (!namespaces.includes(other.namespace) || !selects(selector, other.labels)) return false;
  const [here, there] = [index.node(pod.node)?.labels[topologyKey], index.node(other.node)?.labels[topologyKey]];
  return pod.node === other.node || (here !== undefined && here === there);
}
