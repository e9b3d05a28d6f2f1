import { resources } from '../../kube/paths.ts';
import type { Store } from '../api-server/server.ts';
import type { NodeObject, Taint, Toleration } from './node-and-pod.ts';

/** Two taints of a node are the same one when key and effect are. */
export const sameTaint = (left: Taint, right: Taint): boolean => left.key === right.key && left.effect === right.effect;

export const hasTaint = (node: NodeObject, taint: Taint): boolean => node.spec?.taints?.some((each) => sameTaint(each, taint)) === true;

/** Value and effect do not matter: so Kubernetes asks for the out-of-service taint. */
export const hasTaintKey = (node: NodeObject, key: string): boolean => node.spec?.taints?.some((each) => each.key === key) === true;

/** As `Toleration.ToleratesTaint` in k8s.io/api: no effect and no key mean all of them. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if ((toleration.effect ?? '') !== '' && toleration.effect !== taint.effect) return false;
  if ((toleration.key ?? '') !== '' && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return (toleration.operator ?? 'Equal') === 'Equal' && (toleration.value ?? '') === (taint.value ?? '');
}

/**
 * Puts taints on a node, then takes others off, in two writes as Kubernetes does. A taint that is there already gets the new
 * time. Does nothing when the node is gone.
 */
export function swapTaints(store: Store, name: string, { add, remove, at }: { readonly add: readonly Taint[]; readonly remove: readonly Taint[]; readonly at: string }): void {
  addTaints(store, name, add.map((taint) => ({ ...taint, timeAdded: at })));
  removeTaints(store, name, remove);
}

/** Takes taints off a node; no write when it has none of them. */
export function removeTaints(store: Store, name: string, remove: readonly Taint[]): void {
  const node = store.get<NodeObject>(resources.nodes, { name });
  if (node === undefined || !remove.some((taint) => hasTaint(node, taint))) return;
  writeTaints(store, node, (node.spec?.taints ?? []).filter((taint) => !remove.some((each) => sameTaint(each, taint))));
}

function addTaints(store: Store, name: string, add: readonly Taint[]): void {
  const node = store.get<NodeObject>(resources.nodes, { name });
  if (node === undefined || add.length === 0) return;
  const kept = (node.spec?.taints ?? []).map((taint) => add.find((each) => sameTaint(each, taint)) ?? taint);
  writeTaints(store, node, [...kept, ...add.filter((taint) => !hasTaint(node, taint))]);
}

function writeTaints(store: Store, node: NodeObject, taints: readonly Taint[]): void {
  const { taints: _, ...spec } = node.spec ?? {};
  store.update(resources.nodes, { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } });
}
