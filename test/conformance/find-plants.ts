import { plants } from './plants.ts';
import { prepared, runConformance } from './run-conformance.ts';
import { embeddedSide } from './sides/embedded.ts';
import type { Side } from './sides/side.ts';

export interface FindOptions {
  readonly real: Side;
  readonly seed: number;
  readonly atOnce: number;
  readonly say: (line: string) => void;
}

/** Sequences in which a broken rule has to show at the latest. */
const enough = 180;

/** Breaks one rule after the other and looks whether the comparison notices; returns 0 only when it noticed each. */
export async function findPlants({ real, seed, atOnce, say }: FindOptions): Promise<number> {
  const museum = await prepared(real);
  let missed = 0;
  for (const [index, [name, plant]] of Object.entries(plants).entries()) {
    const other = await embeddedSide(plant);
    const pair = { real, other, museums: { real: museum, other: await prepared(other) } };
    const { findings, cells } = await runConformance({ seed, sequences: enough, atOnce, shrink: 1, pair, prefix: `p${index}-`, stopAtFirst: true, say: () => undefined });
    await other.stop();
    const [first] = findings;
    if (first === undefined) missed += 1;
    say(first === undefined ? `NOT FOUND: ${name}` : `found: ${name}, after ${cells.operations} operations: ${first.signature} (${first.shortest?.length ?? 0} requests)`);
  }
  say(`${Object.keys(plants).length} plants, ${missed} not found`);
  return missed === 0 ? 0 : 1;
}
