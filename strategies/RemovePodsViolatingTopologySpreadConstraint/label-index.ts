import type { PodRecord } from '../../src/model/cluster.ts';
import type { Labels, LabelSelector } from '../../src/model/configuration.ts';
import { selects } from '../../src/model/labels.ts';

/** Pods with the same labels, by their positions. */
interface Group {
  readonly labels: Labels;
  readonly positions: number[];
}

/** Finds the pods of a namespace that a selector matches without asking every pod: replicas share their labels. */
export class LabelIndex {
  readonly #pods: readonly PodRecord[];
  readonly #groups: Group[] = [];
  readonly #byLabel = new Map<string, Group[]>();

  constructor(pods: readonly PodRecord[]) {
    this.#pods = pods;
    const groups = new Map<Labels, Group>();
    for (const [position, { labels }] of pods.entries()) {
      const before = groups.get(labels);
      if (before === undefined) groups.set(labels, this.#start(labels, position));
      else before.positions.push(position);
    }
  }

  /** The matching pods in the order given. */
  matching(selector: LabelSelector): PodRecord[] {
    const found = this.#likely(selector).filter(({ labels }) => selects(selector, labels));
    const positions = found.length === 1 ? (found[0]?.positions ?? []) : found.flatMap((group) => group.positions).toSorted((left, right) => left - right);
    return positions.flatMap((position) => this.#pods[position] ?? []);
  }

  #start(labels: Labels, position: number): Group {
    const group = { labels, positions: [position] };
    this.#groups.push(group);
    for (const [key, value] of Object.entries(labels)) {
      const labelled = this.#byLabel.get(labelText(key, value));
      if (labelled === undefined) this.#byLabel.set(labelText(key, value), [group]);
      else labelled.push(group);
    }
    return group;
  }

  /** The smallest set of groups that one of the selector's equalities leaves; all of them when it has none. */
  #likely({ requirements }: LabelSelector): readonly Group[] {
    let best: readonly Group[] = this.#groups;
    for (const { key, operator, values } of requirements) {
      if (operator !== 'In') continue;
      const left = [...new Set(values)].flatMap((value) => this.#byLabel.get(labelText(key, value)) ?? []);
      if (left.length < best.length) best = left;
    }
    return best;
  }
}

/** A label key contains no `=`. */
const labelText = (key: string, value: string): string => `${key}=${value}`;
