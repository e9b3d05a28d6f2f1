import type { Case, Outcome } from './case.ts';
import { baseCase, type Family, flippedCase, mostFlips, mostVariants, optionsAbout, type Source } from './generate/cases.ts';

/** What the reference did with a case. */
export interface Ran {
  readonly given: Case;
  readonly now: number;
  readonly reference: Outcome;
  /** For a flip: whether the reference chose otherwise than in the base case. */
  readonly changed?: boolean;
}

/**
 * Runs a family's base and flips. A base in which the reference evicts nothing is put aside for the next variant, and a flip that
 * changes nothing is tried with another value: what is in no policy's way proves little.
 */
export async function runFamily(family: Family, seed: number, run: (given: Case) => Promise<Outcome>): Promise<Ran[]> {
  const base = await findBase(family, seed, run);
  const ran: Ran[] = [base];
  for (const option of optionsAbout(family)) {
    for (let attempt = 0, changed = false; attempt < mostFlips && !changed; attempt += 1) {
      const source = present(seed);
      const given = flippedCase(family, base.variant, { option, attempt }, source);
      const reference = await run(given);
      changed = reference.kind === 'evicted' && footprint(given, reference) !== footprint(base.given, base.reference);
      ran.push({ given, now: source.now, reference, changed });
    }
  }
  return ran;
}

async function findBase(family: Family, seed: number, run: (given: Case) => Promise<Outcome>): Promise<Ran & { readonly variant: number }> {
  for (let variant = 0; ; variant += 1) {
    const source = present(seed);
    const given = baseCase(family, variant, source);
    const reference = await run(given);
    const evicts = reference.kind === 'evicted' && reference.evictions.length > 0;
    if (evicts || variant === mostVariants - 1) return { given, now: source.now, reference, variant };
  }
}

/** Ages are relative to the moment of the run, since the reference looks at the clock of the machine. */
const present = (seed: number): Source => ({ seed, now: Date.now() });

/**
 * What the reference chose, apart from what it leaves to chance: which pods of one owner on one node go, and in which order.
 * Two outcomes with different footprints differ for a reason.
 */
function footprint({ objects }: Case, outcome: Outcome): string {
  if (outcome.kind === 'refused') return 'refused';
  const pods = objects.pods as readonly { readonly metadata: { readonly namespace: string; readonly name: string }; readonly spec: { readonly nodeName?: string } }[];
  const nodes = new Map(pods.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec.nodeName ?? '']));
  const places = outcome.evictions.map(({ namespace, name }) => `${namespace} ${nodes.get(`${namespace}/${name}`)}`);
  return places.toSorted().join('\n');
}
