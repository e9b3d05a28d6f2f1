import type { Excuse } from './compare.ts';

/** Where evenkeel differs from descheduler v0.36.0 on purpose. `docs/descheduler-differences.md` has a section for each. */
export interface Difference {
  /** The heading of its section. */
  readonly id: string;
  /** Whether it explains the outcomes of a case; absent when no generated case can meet it. */
  readonly covers?: Excuse;
}

export const differences: readonly Difference[] = [
  { id: 'Disruption budgets in PodsWithoutPDB' },
  { id: 'A pod is evicted once in a cycle' },
  { id: 'The first dry run' },
  { id: 'Amounts above 8 Pi in node fit' },
  { id: 'A policy without apiVersion' },
  { id: 'A server that cannot evict' },
  { id: 'YAML aliases and large files' },
  { id: 'Silently ignored settings' },
  { id: 'Background evictions' },
];
