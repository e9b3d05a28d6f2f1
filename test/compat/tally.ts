import type { Comparison, Grade } from './compare.ts';
import { grades } from './compare.ts';
import { plugins } from './generate/cases.ts';
import { evictorOptions, topOptions } from './generate/shared-options.ts';

/** What many comparisons come to. */
export interface Tally {
  readonly comparisons: readonly Comparison[];
  /** Sequences that were changed on purpose, and how many of them the replay rejected. */
  readonly mutations: { readonly made: number; readonly rejected: number };
}

/** What a full run has to show; the cases that bring the flips of an option up to the number come on top. */
export const wanted = { cases: 4_000, evicting: 0.6, flips: 20, rejected: 0.95 };

export const together = (parts: readonly Tally[]): Tally => ({
  comparisons: parts.flatMap(({ comparisons }) => comparisons),
  mutations: { made: sum(parts, 'made'), rejected: sum(parts, 'rejected') },
});

const sum = (parts: readonly Tally[], figure: keyof Tally['mutations']): number => parts.reduce((total, { mutations }) => total + mutations[figure], 0);

export const evicts = ({ reference }: Comparison): boolean => reference.kind === 'evicted' && reference.evictions.length > 0;

export function pluginTable({ comparisons }: Tally): string[] {
  const rows = plugins.map(({ name }) => {
    const of = comparisons.filter(({ given }) => given.plugin === name);
    return [name, of.length, of.filter(evicts).length, ...grades.map((grade) => count(of, grade))];
  });
  return table([['plugin', 'cases', 'evicting', ...grades], ...rows.filter(([, cases]) => cases !== 0)]);
}

export function optionTable(tally: Tally): string[] {
  return table([['option', 'flips', 'that changed the result'], ...flipsByOption(tally).map(({ option, flips, changed }) => [option, flips, changed])]);
}

/** Every option of the plugins that were run, those that changed least first. */
export function flipsByOption({ comparisons }: Tally): { readonly option: string; readonly flips: number; readonly changed: number }[] {
  const ran = new Set(comparisons.map(({ given }) => given.plugin));
  const options = [...plugins.filter(({ name }) => ran.has(name)).flatMap((plugin) => plugin.options), ...evictorOptions, ...topOptions];
  const flipped = Map.groupBy(comparisons, ({ given }) => given.flips?.option);
  return options
    .map(({ id }) => {
      const flips = flipped.get(id) ?? [];
      return { option: id, flips: flips.length, changed: flips.filter(({ changed }) => changed === true).length };
    })
    .toSorted((left, right) => left.changed - right.changed);
}

/** Why a run is no proof. What only a full run can show is asked of a full run only. */
export function shortcomings(tally: Tally, full: boolean): string[] {
  const { comparisons, mutations } = tally;
  const failed = count(comparisons, 'failed');
  const evicting = comparisons.filter(evicts).length / Math.max(1, comparisons.length);
  const rejected = mutations.rejected / Math.max(1, mutations.made);
  const dull = flipsByOption(tally).filter(({ changed }) => changed < wanted.flips);
  return [
    ...(failed > 0 ? [`${failed} cases failed`] : []),
    ...(full && comparisons.length < wanted.cases ? [`only ${comparisons.length} of ${wanted.cases} cases were run`] : []),
    ...(full && evicting < wanted.evicting ? [`only ${percent(evicting)} of the cases evict something, ${percent(wanted.evicting)} are wanted`] : []),
    ...(full && rejected < wanted.rejected ? [`the replay rejects only ${percent(rejected)} of ${mutations.made} changed sequences, ${percent(wanted.rejected)} are wanted`] : []),
    ...(full ? dull.map(({ option, changed }) => `flipping ${option} changed the reference's result ${changed} times, ${wanted.flips} are wanted`) : []),
  ];
}

export function summaryLine({ comparisons, mutations }: Tally): string {
  const parts = grades.map((grade) => `${count(comparisons, grade)} ${grade}`);
  const evicting = comparisons.filter(evicts).length / Math.max(1, comparisons.length);
  return `${comparisons.length} cases: ${parts.join(', ')}; ${percent(evicting)} evict something; the replay rejected ${mutations.rejected} of ${mutations.made} changed sequences`;
}

const count = (comparisons: readonly Comparison[], grade: Grade): number => comparisons.filter((each) => each.grade === grade).length;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function table(rows: readonly (readonly (string | number)[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => String(row[column] ?? '').length));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? String(cell).padEnd(width(0)) : String(cell).padStart(width(column)))).join('  '));
}
