import { accepted, reasonFor } from './accepted.ts';
import { Cells } from './cells.ts';
import { generate } from './generate/generator.ts';
import { museumOf, warm } from './sequence/player.ts';
import type { Operation } from './sequence/operation.ts';
import { type Difference, type Pair, type Played, type PlayOptions, play } from './sequence/play.ts';
import { shrink } from './sequence/shrink.ts';
import { signatureOf } from './sequence/signature.ts';
import type { Side } from './sides/side.ts';

export interface ConformanceOptions {
  readonly seed: number;
  /** How many sequences; 500 and more are wanted of a whole run. */
  readonly sequences: number;
  /** Only the sequence with this number. */
  readonly only?: number;
  /** How many are played at the same time. */
  readonly atOnce: number;
  /** How many distinct differences are shrunk. */
  readonly shrink: number;
  readonly pair: Pair;
  /** Begins the names of everything that is made, so that a server can be used for several runs; `s` when absent. */
  readonly prefix?: string;
  /** Ends the run with the first difference that nobody accepted. */
  readonly stopAtFirst?: boolean;
  /** Signatures of differences that are left aside. */
  readonly ignore?: ReadonlySet<string>;
  readonly say: (line: string) => void;
}

/** Differences of one kind, with the shortest sequence that shows one. */
export interface Finding {
  readonly signature: string;
  /** Sequences in which it was seen. */
  readonly sequences: readonly number[];
  readonly example: Difference;
  /** Undefined when others were shrunk instead. */
  readonly shortest: readonly Operation[] | undefined;
}

export interface ConformanceResult {
  readonly sequences: number;
  readonly cells: Cells;
  /** Watch events compared. */
  readonly events: number;
  readonly findings: readonly Finding[];
  /** Names of accepted differences with how often each was met. */
  readonly accepted: ReadonlyMap<string, number>;
  /** What the generator meant and did not get, for whoever tends it. */
  readonly surprises: readonly string[];
}

/** Plays random sequences against both servers and compares every answer and every watch event. The sides are the caller's to stop. */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceResult> {
  const run = new Run(options.pair, options);
  const numbers = options.only === undefined ? Array.from({ length: options.sequences }, (_, index) => index) : [options.only];
  const waiting = [...numbers];
  await Promise.all(Array.from({ length: Math.min(options.atOnce, numbers.length) }, async () => {
    for (let index = waiting.shift(); index !== undefined && !run.isOver; index = waiting.shift()) await run.sequence(index);
  }));
  return run.result(numbers.length);
}

/** Gets a new server ready: puts aside what will be too old, and lets time go on. The result is one half of a pair's museums. */
export async function prepared(side: Side): Promise<unknown> {
  const museum = await museumOf(side);
  await side.age();
  await warm(side);
  return museum;
}

class Run {
  readonly #pair: Pair;
  readonly #options: ConformanceOptions;
  readonly #cells = new Cells();
  readonly #accepted = new Map(accepted.map(({ name }) => [name, 0]));
  readonly #surprises: string[] = [];
  readonly #found = new Map<string, { example: Difference; sequences: number[]; played: Played; options: PlayOptions }>();
  #events = 0;
  #done = 0;
  #tags = 0;

  constructor(pair: Pair, options: ConformanceOptions) {
    this.#pair = pair;
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#options.stopAtFirst === true && this.#found.size > 0;
  }

  async sequence(index: number): Promise<void> {
    const { resources, source, surprises } = generate(this.#options.seed, index);
    const options: PlayOptions = { tag: `${this.#prefix}${index}`, resources };
    const played = await play(this.#pair, source, options);
    this.#cells.add(played.operations, played.codes);
    this.#events += played.events;
    this.#surprises.push(...surprises);
    for (const difference of firstOfEach(played.differences)) this.#note(index, difference, { played, options });
    this.#done += 1;
    if (this.#done % 50 === 0) this.#options.say(`  ${this.#done} sequences, ${this.#cells.operations} operations, ${this.#found.size} kinds of difference`);
  }

  #note(index: number, difference: Difference, rest: { played: Played; options: PlayOptions }): void {
    const known = reasonFor(difference);
    if (known !== undefined) {
      this.#accepted.set(known.name, (this.#accepted.get(known.name) ?? 0) + 1);
      return;
    }
    const signature = signatureOf(difference);
    if (this.#options.ignore?.has(signature) === true) return;
    const found = this.#found.get(signature) ?? { example: difference, sequences: [], ...rest };
    if (found.sequences.at(-1) !== index) found.sequences.push(index);
    this.#found.set(signature, found);
  }

  async result(sequences: number): Promise<ConformanceResult> {
    const findings: Finding[] = [];
    const common = [...this.#found].sort(([, left], [, right]) => right.sequences.length - left.sequences.length);
    for (const [position, [signature, { example, sequences: where, played, options }]] of common.entries()) {
      const shortest = position < this.#options.shrink ? await shrink(this.#pair, played.operations, { difference: example, options, tag: () => this.#tag() }) : undefined;
      findings.push({ signature, sequences: where, example, shortest });
    }
    return { sequences, cells: this.#cells, events: this.#events, findings, accepted: this.#accepted, surprises: this.#surprises };
  }

  get #prefix(): string {
    return this.#options.prefix ?? 's';
  }

  #tag(): string {
    this.#tags += 1;
    return `${this.#prefix}r${this.#tags}`;
  }
}

/** What else differs in the same answer most often follows from the first. */
function firstOfEach(differences: readonly Difference[]): readonly Difference[] {
  const unexplained = differences.filter((each) => reasonFor(each) === undefined);
  const first = new Map(unexplained.toReversed().map((each) => [each.operation, each]));
  return [...differences.filter((each) => reasonFor(each) !== undefined), ...first.values()];
}

