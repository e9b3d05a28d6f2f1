import { metadata, referenceOf } from '../kinds/body.ts';
import type { Change } from '../kinds/specimen.ts';
import { type KindName, specimenOf } from '../kinds/specimens.ts';
import { type Draft } from '../sequence/operation.ts';
import { merged } from '../sequence/resolve.ts';
import { type Knowledge, type Known, field } from './knowledge.ts';
import type { Random } from './random.ts';

/** An operation with the object that it is about. */
export interface Move {
  readonly draft: Draft;
  /** Name without the sequence's tag, where the operation is about one object. */
  readonly short?: string;
}

/** Thrown where something has to be done first; the generator does it and comes back. */
export class First extends Error {
  readonly move: Move;

  constructor(move: Move) {
    super(`first: ${move.draft.title}`);
    this.move = move;
  }
}

const shorts = ['a', 'b', 'c', 'd'] as const;

/** One kind in a sequence under way: what an intent may ask for. */
export class Scene {
  readonly resource: KindName;
  readonly random: Random;
  readonly knowledge: Knowledge;

  constructor(resource: KindName, random: Random, knowledge: Knowledge) {
    this.resource = resource;
    this.random = random;
    this.knowledge = knowledge;
  }

  get specimen(): ReturnType<typeof specimenOf> {
    return specimenOf(this.resource);
  }

  /** A name that no object has. */
  free(): string {
    const unused = shorts.filter((short) => this.knowledge.find(this.resource, short) === undefined);
    return unused.length === 0 ? `n${this.random.below(1_000_000)}` : this.random.pick(unused);
  }

  /** An object that is there and not on its way out, as it is now; it is made or read first where it has to be. */
  some(wanted: (known: Known) => boolean = () => true): Known {
    const live = this.knowledge.all(this.resource).filter((known) => !isDeleting(known));
    const fitting = live.filter(wanted);
    if (fitting.length === 0) throw new First(this.creation(this.free()));
    const known = this.random.pick(fitting);
    if (known.changed) throw new First(this.reading(known.short));
    return known;
  }

  /** An object whose older version is known, too. */
  old(): Known {
    const known = this.some();
    if (known.answers.length < 2) throw new First(this.patch(known.short, 'merge patch', { title: 'change that makes a version old', body: { metadata: { annotations: { touched: String(this.random.below(1_000_000)) } } } }));
    return known;
  }

  /** The same sequence as seen from another kind. */
  neighbour(resource: KindName): Scene {
    return new Scene(resource, this.random, this.knowledge);
  }

  creation(short: string, extra: Change = {}): Move {
    const title = 'create';
    return { short, draft: this.create(title, merged({ ...this.specimen.body(this.random), ...metadata(this.resource, short, this.random.chance(0.5) ? { color: 'blue' } : {}) }, extra)) };
  }

  reading(short: string): Move {
    return { short, draft: this.draft('get', { title: 'get', path: this.reference.object(short) }) };
  }

  get reference(): ReturnType<typeof referenceOf> {
    return referenceOf(this.resource);
  }

  create(title: string, value: unknown): Draft {
    return this.draft('create', { title, method: 'POST', path: this.reference.collection, body: { kind: 'value', value } });
  }

  patch(short: string, verb: keyof typeof patchTypes, { title, body, part = '' }: { title: string; body: unknown; part?: string }): Move {
    return { short, draft: this.draft(verb, { title, method: 'PATCH', path: `${this.reference.object(short)}${part}`, contentType: patchTypes[verb], body: { kind: 'value', value: body } }) };
  }

  draft(verb: Draft['verb'], rest: Pick<Draft, 'title' | 'path'> & Partial<Draft>): Draft {
    return { resource: this.resource, verb, method: 'GET', query: {}, ...rest };
  }
}

export const patchTypes = {
  'merge patch': 'application/merge-patch+json',
  'strategic patch': 'application/strategic-merge-patch+json',
  'JSON patch': 'application/json-patch+json',
  'status merge patch': 'application/merge-patch+json',
  'status strategic patch': 'application/strategic-merge-patch+json',
  'status JSON patch': 'application/json-patch+json',
  'scale merge patch': 'application/merge-patch+json',
} as const;

export const isDeleting = ({ object }: Known): boolean => field(object, 'metadata', 'deletionTimestamp') !== undefined;

/** The version that an answer showed. */
export const versionAt = (answer: number | undefined): string => `{{${answer ?? 'nothing'}.metadata.resourceVersion}}`;
export const uidAt = (answer: number | undefined): string => `{{${answer ?? 'nothing'}.metadata.uid}}`;

/** Of nobody. */
export const foreignUID = '00000000-0000-4000-8000-000000000000';
