import type { PodRecord } from '../../model/cluster.ts';
import type { LabelSelector } from '../../model/configuration.ts';
import { selects } from '../../model/labels.ts';

/**
 * Finds the pods that a selector means among those of one namespace. Selectors nearly always name a workload by a label:
 * then only the pods with that value are looked at, and thousands of workloads in one namespace cost no more than one.
 */
export class LabelIndex {
  readonly #pods: readonly PodRecord[];
  readonly #byKey = new Map<string, ReadonlyMap<string | undefined, readonly PodRecord[]>>();

  constructor(pods: readonly PodRecord[]) {
    this.#pods = pods;
  }

  selected(selector: LabelSelector): PodRecord[] {
    return this.#likely(selector).filter((pod) => selects(selector, pod.labels));
  }

  /** The fewest pods that a single requirement leaves. */
  #likely({ requirements }: LabelSelector): readonly PodRecord[] {
    let fewest = this.#pods;
    for (const { key, operator, values } of requirements) {
      if (operator !== 'In') continue;
      const groups = this.#labelled(key);
      const found = [...new Set(values)].flatMap((value) => groups.get(value) ?? []);
      if (found.length < fewest.length) fewest = found;
    }
    return fewest;
  }

  #labelled(key: string): ReadonlyMap<string | undefined, readonly PodRecord[]> {
    const before = this.#byKey.get(key);
    if (before !== undefined) return before;
    const groups = Map.groupBy(this.#pods, ({ labels }) => (Object.hasOwn(labels, key) ? labels[key] : undefined));
    this.#byKey.set(key, groups);
    return groups;
  }
}
