import { parseBudget } from '../../kube/records/budget.ts';
import { parseClaim } from '../../kube/records/claim.ts';
import { parseNamespace } from '../../kube/records/namespace.ts';
import { parseNode } from '../../kube/records/node.ts';
import { parsePodWithDetails } from '../../kube/records/pod.ts';
import { sharing } from '../../kube/sharing.ts';
import type { BudgetRecord, ClaimRecord, NamespaceRecord, NodeRecord, PodRecord } from '../../model/cluster.ts';
import type { ClusterFacts } from '../../model/rebalancing.ts';
import { type Instant, parseRfc3339 } from '../../model/time.ts';
import { apiVersionOf, snapshotKind, snapshotKinds, snapshotVersion } from './kinds.ts';
import { ItemScanner, SnapshotProblem } from './scan.ts';

/** A cluster as files tell it. */
export interface ClusterSnapshot {
  readonly facts: ClusterFacts;
  /** When it was taken; kubectl's lists do not say. */
  readonly takenAt: Instant | undefined;
  /** PriorityClass → value. */
  readonly priorities: ReadonlyMap<string, number>;
  /** Kinds that have no object in it: an empty list, or one that was never asked for. */
  readonly missing: readonly string[];
  /** Kinds that a rebalance run does not read → how many objects of them there are. */
  readonly ignored: ReadonlyMap<string, number>;
}

/** Puts a cluster together from one file or several: what `evenkeel snapshot` wrote, or lists of kubectl. */
export class SnapshotReader {
  readonly #share = sharing();
  readonly #nodes = new Map<string, NodeRecord>();
  readonly #pods = new Map<string, PodRecord>();
  readonly #budgets = new Map<string, BudgetRecord>();
  readonly #namespaces = new Map<string, NamespaceRecord>();
  readonly #claims = new Map<string, ClaimRecord>();
  readonly #priorities = new Map<string, number>();
  readonly #ignored = new Map<string, number>();
  #takenAt: Instant | undefined;

  /** A scanner for one file; its `end` has to be called. An object that is in several files is the one of the last. */
  file(): { feed(chunk: Uint8Array): void; end(): void } {
    const scanner = new ItemScanner((item, place) => this.#take(item, place));
    return { feed: (chunk) => scanner.feed(chunk), end: () => this.#finish(scanner.end()) };
  }

  get snapshot(): ClusterSnapshot {
    const byKind = { Node: this.#nodes, Pod: this.#pods, PodDisruptionBudget: this.#budgets, Namespace: this.#namespaces, PersistentVolumeClaim: this.#claims, PriorityClass: this.#priorities };
    return {
      facts: { nodes: [...this.#nodes.values()], pods: [...this.#pods.values()], budgets: [...this.#budgets.values()], namespaces: [...this.#namespaces.values()], claims: [...this.#claims.values()] },
      takenAt: this.#takenAt,
      priorities: this.#priorities,
      missing: Object.entries(byKind).flatMap(([kind, records]) => (records.size === 0 ? [kind] : [])),
      ignored: this.#ignored,
    };
  }

  #take(item: unknown, place: string): void {
    const { kind, apiVersion } = item as { kind?: unknown; apiVersion?: unknown };
    if (typeof kind !== 'string') throw new SnapshotProblem(`${place}: an object without kind; kubectl writes it into each object of a list`);
    const known = snapshotKinds.get(kind);
    if (known === undefined || (typeof apiVersion === 'string' && apiVersion !== apiVersionOf(known.resource))) {
      this.#ignored.set(kind, (this.#ignored.get(kind) ?? 0) + 1);
      return;
    }
    try {
      this.#takers[kind]?.(item);
    } catch (error) {
      throw new SnapshotProblem(`${place}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  readonly #takers: Readonly<Record<string, (item: unknown) => void>> = {
    Node: (item) => put(this.#nodes, parseNode(item, this.#share)),
    Pod: (item) => put(this.#pods, parsePodWithDetails(item, this.#share)),
    PodDisruptionBudget: (item) => put(this.#budgets, parseBudget(item)),
    Namespace: (item) => put(this.#namespaces, parseNamespace(item)),
    PersistentVolumeClaim: (item) => put(this.#claims, parseClaim(item)),
    PriorityClass: (item) => {
      const { metadata, value } = item as { metadata?: { name?: unknown }; value?: unknown };
      if (typeof metadata?.name !== 'string' || typeof value !== 'number') throw new Error('a PriorityClass has a name and a value');
      this.#priorities.set(metadata.name, value);
    },
  };

  #finish(shell: unknown): void {
    const { apiVersion, kind, takenAt } = shell as { apiVersion?: unknown; kind?: unknown; takenAt?: unknown };
    const isOurs = kind === snapshotKind || (typeof apiVersion === 'string' && apiVersion.startsWith(ourGroup));
    if (isOurs && (apiVersion !== snapshotVersion || kind !== snapshotKind)) {
      throw new SnapshotProblem(`apiVersion is ${JSON.stringify(apiVersion)} and kind ${JSON.stringify(kind)}: what is read is ${snapshotVersion} ${snapshotKind}, or a list of kubectl`);
    }
    if (takenAt === undefined && !isOurs) return;
    const at = typeof takenAt === 'string' ? parseRfc3339(takenAt) : undefined;
    if (at === undefined) throw new SnapshotProblem(`takenAt is ${JSON.stringify(takenAt)}, which is no time such as 2026-01-31T12:00:00Z`);
    if (this.#takenAt === undefined || at > this.#takenAt) this.#takenAt = at;
  }
}

const ourGroup = snapshotVersion.slice(0, snapshotVersion.indexOf('/') + 1);

function put<Item extends { readonly name: string; readonly namespace?: string }>(into: Map<string, Item>, item: Item): void {
  into.set(`${item.namespace ?? ''}/${item.name}`, item);
}
