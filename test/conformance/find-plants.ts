import { plants } from './plants.ts';
import { type ConformanceOptions, type ConformanceResult, prepared, runConformance } from './run-conformance.ts';
import { type Plant, embeddedSide } from './sides/embedded.ts';
import type { Side } from './sides/side.ts';

export interface FindOptions extends Pick<ConformanceOptions, 'seed' | 'atOnce' | 'say'> {
  readonly real: Side;
}

/** Sequences in which a broken rule has to show at the latest. */
const enough = 120;

/**
 * Breaks one rule after the other and looks whether the comparison notices; returns 0 only when it noticed each. What differs
 * without any broken rule does not count.
 */
export async function findPlants({ real, say, ...options }: FindOptions): Promise<number> {
  const museum = await prepared(real);
  const run = async (plant: Plant | undefined, rest: Pick<ConformanceOptions, 'prefix' | 'ignore' | 'stopAtFirst'>): Promise<ConformanceResult> => {
    const other = await embeddedSide(plant);
    try {
      return await runConformance({ ...options, ...rest, sequences: enough, shrink: 1, pair: { real, other, museums: { real: museum, other: await prepared(other) } }, say: () => undefined });
    } finally {
      await other.stop();
    }
  };
  const honest = await run(undefined, { prefix: 'honest-' });
  const ignore = new Set(honest.findings.map(({ signature }) => signature));
  let missed = 0;
  for (const [index, [name, plant]] of Object.entries(plants).entries()) {
    const { findings, cells } = await run(plant, { prefix: `p${index}-`, ignore, stopAtFirst: true });
    const [first] = findings;
    if (first === undefined) missed += 1;
    say(first === undefined ? `NOT FOUND: ${name}` : `found: ${name}, after ${cells.operations} operations: ${first.signature} (${first.shortest?.length ?? 0} requests)`);
  }
  say(`${Object.keys(plants).length} plants, ${missed} not found`);
  return missed === 0 ? 0 : 1;
}
