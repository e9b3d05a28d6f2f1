import type { PodRecord } from '../../model/cluster.ts';
import type { LabelSelector } from '../../model/configuration.ts';
import { selects } from '../../model/labels.ts';

/** Where in the list the pods of one label value are. */
type Positions = readonly number[];

/**
 * Finds the pods that a selector means among those of one namespace. Selectors nearly always name a workload by a label:
 * then only the pods with that value are looked at, and thousands of workloads in one namespace cost no more than one.
 */
export class LabelIndex {
  readonly #pods: readonly PodRecord[];
  readonly #byKey = new Map<string, ReadonlyMap<string | undefined, Positions>>();

  constructor(pods: readonly PodRecord[]) {
    this.#pods = pods;
  }

  /** In the order in which the pods were given. */
  selected(selector: LabelSelector): PodRecord[] {
    const likely = this.#likely(selector)?.flatMap((at) => this.#pods[at] ?? []) ?? this.#pods;
    return likely.filter((pod) => selects(selector, pod.labels));
  }

  /** The fewest pods that a single requirement leaves; `undefined` when none of them names values. */
  #likely({ requirements }: LabelSelector): Positions | undefined {
    let fewest: Positions | undefined;
    for (const { key, operator, values } of requirements) {
      if (operator !== 'In') continue;
      const labelled = this.#labelled(key);
      const groups = [...new Set(values)].map((value) => labelled.get(value) ?? []);
      const left = groups.length === 1 ? (groups[0] ?? []) : groups.flat().toSorted((one, other) => one - other);
      if (fewest === undefined || left.length < fewest.length) fewest = left;
    }
    return fewest;
  }

  #labelled(key: string): ReadonlyMap<string | undefined, Positions> {
    const before = this.#byKey.get(key);
    if (before !== undefined) return before;
    const valueAt = (at: number): string | undefined => {
      const labels = this.#pods[at]?.labels ?? {};
      return Object.hasOwn(labels, key) ? labels[key] : undefined;
    };
    const groups = Map.groupBy(this.#pods.keys(), valueAt);
    this.#byKey.set(key, groups);
    return groups;
  }
}
