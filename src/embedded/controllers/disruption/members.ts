import { resources } from '../../../kube/paths.ts';
import type { Store } from '../../api-server/server.ts';
import type { Change } from '../follow.ts';
import { type PodObject, keyOf } from '../node-and-pod.ts';
import { selectsLabels } from '../workload/selectors.ts';
import type { BudgetObject } from './objects.ts';

/** Which pods each budget is about. Kept up to date by changes, so that no pod costs a walk over its namespace. */
export class Members {
  readonly #store: Store;
  /** Namespace → key of a budget → the budget. */
  readonly #budgets = new Map<string, Map<string, BudgetObject>>();
  /** Key of a budget → key of a pod → the pod as last heard of. */
  readonly #pods = new Map<string, Map<string, PodObject>>();

  constructor(store: Store) {
    this.#store = store;
  }

  podsOf(budget: string): readonly PodObject[] {
    return [...(this.#pods.get(budget)?.values() ?? [])];
  }

  heardBudget({ type, object, before }: Change<BudgetObject>): void {
    const key = keyOf(object);
    const namespace = object.metadata.namespace ?? '';
    const budgets = this.#budgets.get(namespace) ?? new Map<string, BudgetObject>();
    this.#budgets.set(namespace, budgets);
    if (type === 'DELETED') {
      budgets.delete(key);
      this.#pods.delete(key);
      return;
    }
    budgets.set(key, object);
    if (type === 'MODIFIED' && before?.spec === object.spec) return;
    const pods = [...this.#store.list<PodObject>(resources.pods, namespace)].filter(({ metadata }) => selectsLabels(object.spec?.selector, metadata.labels));
    this.#pods.set(key, new Map(pods.map((pod) => [keyOf(pod), pod])));
  }

  /** Gives the budgets that the pod counts for, or counted for. */
  heardPod({ type, object }: Change<PodObject>): readonly string[] {
    const touched: string[] = [];
    for (const [budget, { spec }] of this.#budgets.get(object.metadata.namespace ?? '') ?? []) {
      const pods = this.#pods.get(budget);
      const counted = pods?.delete(keyOf(object)) === true;
      const counts = type !== 'DELETED' && selectsLabels(spec?.selector, object.metadata.labels);
      if (counts) pods?.set(keyOf(object), object);
      if (counted || counts) touched.push(budget);
    }
    return touched;
  }
}
