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
  /** Key of a pod → keys of the budgets that are about it. */
  readonly #budgetsOf = new Map<string, readonly string[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  podsOf(budget: string): readonly PodObject[] {
    return [...(this.#pods.get(budget)?.values() ?? [])];
  }

  heardBudget({ type, object, before }: Change<BudgetObject>): void {
    if (type === 'MODIFIED' && before?.spec === object.spec) return;
    this.#forget(object);
    if (type !== 'DELETED') this.#learn(object);
  }

  /** Gives the budgets that the pod counts for, or counted for. */
  heardPod({ type, object, before }: Change<PodObject>): readonly string[] {
    const key = keyOf(object);
    const counted = this.#budgetsOf.get(key) ?? [];
    const counts = type === 'DELETED' ? [] : before?.metadata.labels === object.metadata.labels && before !== undefined ? counted : this.#match(object);
    if (counts.length > 0) this.#budgetsOf.set(key, counts);
    else this.#budgetsOf.delete(key);
    for (const budget of counted) if (!counts.includes(budget)) this.#pods.get(budget)?.delete(key);
    for (const budget of counts) this.#pods.get(budget)?.set(key, object);
    return [...new Set([...counted, ...counts])];
  }

  #forget(budget: BudgetObject): void {
    const key = keyOf(budget);
    this.#budgets.get(budget.metadata.namespace ?? '')?.delete(key);
    for (const pod of this.#pods.get(key)?.keys() ?? []) this.#budgetsOf.set(pod, (this.#budgetsOf.get(pod) ?? []).filter((each) => each !== key));
    this.#pods.delete(key);
  }

  #learn(budget: BudgetObject): void {
    const key = keyOf(budget);
    const namespace = budget.metadata.namespace ?? '';
    this.#budgets.set(namespace, (this.#budgets.get(namespace) ?? new Map<string, BudgetObject>()).set(key, budget));
    const pods = [...this.#store.list<PodObject>(resources.pods, namespace)].filter(({ metadata }) => selectsLabels(budget.spec?.selector, metadata.labels));
    this.#pods.set(key, new Map(pods.map((pod) => [keyOf(pod), pod])));
    for (const pod of pods) this.#budgetsOf.set(keyOf(pod), [...(this.#budgetsOf.get(keyOf(pod)) ?? []), key]);
  }

  #match({ metadata: { namespace = '', labels } }: PodObject): readonly string[] {
    return [...(this.#budgets.get(namespace) ?? [])].filter(([, { spec }]) => selectsLabels(spec?.selector, labels)).map(([budget]) => budget);
  }
}
