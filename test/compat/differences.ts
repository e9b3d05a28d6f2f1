import type { Outcome } from './case.ts';

/** Where evenkeel differs from descheduler v0.36.0 on purpose. `docs/descheduler-differences.md` has a section for each. */
export interface Difference {
  /** The heading of its section. */
  readonly title: string;
  /** Whether it explains that the two disagree about a policy file; absent when no policy of the comparison meets it. */
  readonly explains?: (text: string, verdicts: { readonly reference: Outcome; readonly ours: Outcome }) => boolean;
}

const onlyWeRefuse = (saying: RegExp) => (_: string, { reference, ours }: { readonly reference: Outcome; readonly ours: Outcome }): boolean => reference.kind === 'evicted' && ours.kind === 'refused' && saying.test(ours.because);

export const differences: readonly Difference[] = [
  { title: 'Disruption budgets and PodsWithoutPDB' },
  { title: 'One eviction per pod and cycle' },
  { title: 'The first dry run' },
  { title: 'Amounts above 8 Pi in node fit' },
  { title: 'A server that cannot evict' },
  { title: 'Settings that the reference passes over' },
  { title: 'A null inside a list', explains: (text, verdicts) => /\[\s*null|^\s*- null/mu.test(text) && onlyWeRefuse(/required|expected/u)(text, verdicts) },
  { title: 'Whole numbers beyond 2^53', explains: (text, verdicts) => /\d{17}/u.test(text) && onlyWeRefuse(/whole number/u)(text, verdicts) },
  { title: 'Aliases and large policy files', explains: onlyWeRefuse(/aliases|bytes, more than/u) },
  { title: 'Evictions in background' },
];
