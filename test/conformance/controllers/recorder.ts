import { collectionPath } from '../../../src/kube/paths.ts';
import type { Tick } from '../../../src/model/time.ts';
import type { Ground } from './ground.ts';
import { Symbols } from './symbols.ts';
import { type Seen, type Track, tracks } from './tracks.ts';

/** One aspect of one object got another value. */
export interface Change {
  /** Seconds since its step began. */
  readonly at: number;
  readonly object: string;
  readonly aspect: string;
  readonly value: string;
}

/** A part of a situation: something is done, and then time passes. */
export interface Step {
  readonly title: string;
  /** How far apart the same change may be on two grounds, in seconds. */
  readonly slack: number;
  readonly changes: readonly Change[];
}

/** Watches every tracked kind and writes down what changes. */
export class Recorder {
  readonly #ground: Ground;
  readonly #symbols = new Symbols();
  readonly #last = new Map<string, string>();
  readonly #steps: { title: string; slack: number; begun: Tick; changes: (Change & { readonly from: string })[] }[] = [];
  readonly #end = new AbortController();
  #lastChange: Tick;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#lastChange = ground.clock.now().tick;
  }

  /** Resolves when all watches are open and what there is has been taken in. */
  async start(): Promise<void> {
    await Promise.all(tracks.map((track) => this.#follow(track)));
  }

  begin(title: string, slack: number): void {
    const begun = this.#ground.clock.now().tick;
    this.#steps.push({ title, slack, begun, changes: [] });
  }

  /** When anything changed last. */
  get lastChange(): Tick {
    return this.#lastChange;
  }

  /** Ends the watches and tells what was seen, without what only passed by where the last value counts. */
  finish(): readonly Step[] {
    this.#end.abort();
    const settled = new Set(tracks.filter((track) => track.settled === true).map(({ resource }) => resource.plural));
    return this.#steps.map(({ title, slack, changes }) => ({ title, slack, changes: changes.filter((change, index) => !settled.has(pluralOf(change)) || isOutcome(changes, index)).map(({ at, object, aspect, value }) => ({ at, object, aspect, value })) }));
  }

  async #follow(track: Track): Promise<void> {
    const path = collectionPath(track.resource, track.namespace);
    const list = await this.#ground.api.call<{ items: Seen[]; metadata: { resourceVersion: string } }>({ verb: 'GET', path });
    for (const item of list.items) this.#take(track, item, false);
    const lines = await this.#ground.api.watch({ path, query: { watch: true, resourceVersion: list.metadata.resourceVersion } }, this.#end.signal);
    void this.#read(track, lines);
  }

  async #read(track: Track, lines: AsyncIterable<string>): Promise<void> {
    try {
      for await (const line of lines) {
        const { type, object } = JSON.parse(line) as { type: string; object: Seen };
        if (type === 'ERROR') throw new Error(`the watch of ${track.resource.plural} ended: ${line}`);
        if (type !== 'BOOKMARK') this.#take(track, object, type === 'DELETED');
      }
    } catch (error) {
      if (!this.#end.signal.aborted) throw error;
    }
  }

  #take(track: Track, object: Seen, gone: boolean): void {
    const name = this.#symbols.of(track.resource.plural, object);
    if (!gone) this.#note(name, 'exists', 'yes');
    for (const [aspect, value] of Object.entries(track.aspects(object))) this.#note(name, aspect, value);
    if (!gone) return;
    this.#note(name, 'exists', 'no');
    for (const key of this.#last.keys()) if (key.startsWith(`${name} | `)) this.#last.delete(key);
  }

  #note(object: string, aspect: string, value: string): void {
    const key = `${object} | ${aspect}`;
    const from = this.#last.get(key) ?? '';
    if (from === value) return;
    this.#last.set(key, value);
    const { tick } = this.#ground.clock.now();
    this.#lastChange = tick;
    const step = this.#steps.at(-1);
    step?.changes.push({ at: Math.round((tick - step.begun) / 100) / 10, object, aspect, value, from });
  }
}

const pluralOf = ({ object }: Change): string => object.split(/[/ ]/u)[0] ?? '';

/** The last change of its aspect in this step, when the step did not end as it began. */
function isOutcome(changes: readonly (Change & { readonly from: string })[], index: number): boolean {
  const { object, aspect, value } = changes[index] ?? { object: '', aspect: '', value: '' };
  const isSame = (each: Change): boolean => each.object === object && each.aspect === aspect;
  return changes.find(isSame)?.from !== value && !changes.slice(index + 1).some(isSame);
}
