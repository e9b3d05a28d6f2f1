import { parseArgs } from 'node:util';
import { findPlants } from './find-plants.ts';
import { plants } from './plants.ts';
import { print } from './report.ts';
import { prepared, runConformance } from './run-conformance.ts';
import { embeddedSide } from './sides/embedded.ts';
import { realSide } from './sides/real.ts';
import type { Side } from './sides/side.ts';

const usage = `npm run conformance -- [options]

Plays random requests against kube-apiserver and the embedded API server and compares all answers and watch events.

  --seed N            of all sequences; 20260101
  --sequences N       how many; 540
  --only N            only this one
  --at-once N         played at the same time; 8
  --shrink N          how many differences are reduced to their shortest sequence; 10
  --verbose           every cell with its hits, and what the generator meant otherwise
  --against-itself    two real servers: shows what is not deterministic
  --plant NAME        breaks one rule of the embedded server, which must then be found; "all" for one after the other:
${Object.keys(plants).map((name) => `                      ${name}`).join('\n')}`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '20260101' }, sequences: { type: 'string', default: '540' }, only: { type: 'string' }, 'at-once': { type: 'string', default: '8' }, shrink: { type: 'string', default: '10' },
      verbose: { type: 'boolean', default: false }, 'against-itself': { type: 'boolean', default: false }, plant: { type: 'string' }, help: { type: 'boolean', default: false },
    },
  });
  const [seed, sequences, atOnce] = [values.seed, values.sequences, values['at-once']].map(Number) as [number, number, number];
  if (values.help || [seed, sequences, atOnce].some(Number.isNaN)) {
    say(usage);
    return values.help ? 0 : 2;
  }
  say(`Seed ${seed}. Starting the servers …`);
  const real = await realSide('kube-apiserver');
  try {
    if (values.plant === 'all') return await findPlants({ real, seed, atOnce, say });
    const other = values['against-itself'] ? await realSide('another kube-apiserver') : await embeddedSide(chosen(values.plant));
    try {
      const pair = await pairOf(real, other);
      const only = values.only === undefined ? {} : { only: Number(values.only) };
      return print(await runConformance({ seed, sequences, atOnce, shrink: Number(values.shrink), pair, say, ...only }), { seed, say, verbose: values.verbose, whole: values.only === undefined });
    } finally {
      await other.stop();
    }
  } finally {
    await real.stop();
  }
}

async function pairOf(real: Side, other: Side): Promise<Parameters<typeof runConformance>[0]['pair']> {
  const [left, right] = await Promise.all([prepared(real), prepared(other)]);
  return { real, other, museums: { real: left, other: right } };
}

function chosen(name: string | undefined): (typeof plants)[string] | undefined {
  if (name === undefined) return undefined;
  const plant = plants[name];
  if (plant === undefined) throw new Error(`There is no plant "${name}": take one of "${Object.keys(plants).join('", "')}"`);
  return plant;
}

process.exitCode = await main();
