import { type KindName, kindNames, specimenOf } from '../kinds/specimens.ts';
import type { Source } from '../sequence/play.ts';
import type { Operation, Verb } from '../sequence/operation.ts';
import type { Intent } from './intent.ts';
import { deleteIntents } from './intents-delete.ts';
import { patchIntents } from './intents-patch.ts';
import { podIntents } from './intents-pods.ts';
import { readIntents } from './intents-read.ts';
import { methodIntents, scaleIntents } from './intents-scale.ts';
import { statusIntents } from './intents-status.ts';
import { writeIntents } from './intents-write.ts';
import { Knowledge } from './knowledge.ts';
import { Random } from './random.ts';
import { First, type Move, Scene } from './scene.ts';

/** All that may be meant with a kind. */
export function intentsOf(resource: KindName): readonly Intent[] {
  const about = { resource, specimen: specimenOf(resource) };
  return [readIntents, writeIntents, patchIntents, deleteIntents, statusIntents, podIntents, scaleIntents, methodIntents].flatMap((make) => make(about));
}

/** A cell of the table: what is asked, of what, and what comes back. */
export const cellOf = (resource: KindName, verb: Verb, code: number): string => `${resource} | ${verb} | ${code}`;

/** A sequence that writes itself as it goes, from its seed and the real server's answers. */
export interface Generated {
  readonly resources: readonly KindName[];
  readonly source: Source;
  /** Operations that the real server answered otherwise than the generator meant. */
  readonly surprises: readonly string[];
}

/** Operations of the longest sequence. */
const longest = 50;

export function generate(seed: number, index: number): Generated {
  const random = new Random(seed, index);
  const resources = kindsOf(seed, index);
  const round = Math.floor(index / sequencesPerRound);
  const writer = new Writer(random, random.shuffled(resources.flatMap((resource) => deal(seed, resource, round))));
  return { resources: withNeighbours(resources), surprises: writer.surprises, source: (answer) => writer.next(answer) };
}

const kindsPerSequence = 3;
const sequencesPerRound = kindNames.length / kindsPerSequence;

/** Three kinds a sequence, all kinds equally often: a shuffled round after the other. */
function kindsOf(seed: number, index: number): readonly KindName[] {
  const order = new Random(seed, 1_000_000 + Math.floor(index / sequencesPerRound)).shuffled(kindNames);
  const first = (index % sequencesPerRound) * kindsPerSequence;
  return order.slice(first, first + kindsPerSequence);
}

/** Whoever plays with pods plays with budgets. */
const withNeighbours = (resources: readonly KindName[]): readonly KindName[] => (resources.includes('pods') ? [...new Set([...resources, 'poddisruptionbudgets' as const])] : resources);

/** Refusals that take some doing are dealt twice as often. */
const sought: readonly number[] = [409, 410, 429];

interface Card {
  readonly resource: KindName;
  readonly intents: readonly Intent[];
}

/** How often each card is dealt in 90 rounds, which are 540 sequences: more than the ten hits that are wanted, since some are given up. */
const timesDealt = 15;

/** This round's hand of a kind's cards: the kind's deck is dealt through to its end before it is shuffled again. */
function deal(seed: number, resource: KindName, round: number): readonly Card[] {
  const deck = cardsOf(resource);
  const count = Math.ceil((deck.length * timesDealt) / 90);
  return Array.from({ length: count }, (_, index): Card | undefined => {
    const position = round * count + index;
    const shuffle = new Random(seed, 2_000_000 + kindNames.indexOf(resource) * 1_000 + Math.floor(position / deck.length));
    return shuffle.shuffled(deck)[position % deck.length];
  }).filter((card) => card !== undefined);
}

function cardsOf(resource: KindName): readonly Card[] {
  const cells = Map.groupBy(intentsOf(resource), ({ verb, code }) => cellOf(resource, verb, code));
  return [...cells.values()].flatMap((intents): Card[] => {
    const card = { resource, intents };
    return sought.includes(intents[0]?.code ?? 0) ? [card, card] : [card];
  });
}

class Writer {
  readonly surprises: string[] = [];
  readonly #random: Random;
  readonly #left: Card[];
  readonly #knowledge = new Knowledge();
  #held: { readonly scene: Scene; readonly intent: Intent; readonly tries: number } | undefined;
  #last: { readonly operation: Operation; readonly short: string | undefined; readonly meant: number | undefined } | undefined;
  #id = 0;

  constructor(random: Random, cards: readonly Card[]) {
    this.#random = random;
    this.#left = [...cards];
  }

  next(answer: Parameters<Source>[0]): Operation | undefined {
    if (answer !== undefined && this.#last !== undefined) {
      this.#knowledge.learn(this.#last.operation, this.#last.short, answer);
      const { operation, meant } = this.#last;
      if (meant !== undefined && meant !== answer.code) this.surprises.push(`${operation.resource} ${operation.title}: meant ${meant}, got ${answer.code}`);
    }
    const chosen = this.#id < longest ? this.#choose() : undefined;
    if (chosen === undefined) return undefined;
    this.#id += 1;
    const operation: Operation = { id: this.#id, ...chosen.move.draft };
    this.#last = { operation, short: chosen.move.short, meant: chosen.meant };
    return operation;
  }

  /** What was put off comes first; what needs too much doing is given up. */
  #choose(): { move: Move; meant: number | undefined } | undefined {
    for (let next = this.#held ?? this.#draw(); next !== undefined; next = this.#draw()) {
      const { scene, intent, tries } = next;
      this.#held = undefined;
      try {
        return { move: intent.plan(scene), meant: intent.code };
      } catch (error) {
        if (!(error instanceof First)) throw error;
        if (tries >= 6) continue;
        this.#held = { scene, intent, tries: tries + 1 };
        return { move: error.move, meant: undefined };
      }
    }
    return undefined;
  }

  #draw(): { scene: Scene; intent: Intent; tries: number } | undefined {
    const card = this.#left.pop();
    return card === undefined ? undefined : { scene: new Scene(card.resource, this.#random, this.#knowledge), intent: this.#random.pick(card.intents), tries: 0 };
  }
}
