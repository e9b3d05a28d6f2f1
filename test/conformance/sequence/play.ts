import { reasonFor } from '../accepted.ts';
import { type Mismatch, compareAnswers, compareLines, isRefusal } from '../compare/compare.ts';
import { Pairing } from '../compare/pairing.ts';
import type { KindName } from '../kinds/specimens.ts';
import type { Answer, Side } from '../sides/side.ts';
import type { Operation } from './operation.ts';
import { type Listener, outcomeOf, listen } from './listen.ts';
import { type Player, playerOf, register, sentinels } from './player.ts';
import { resolve } from './resolve.ts';

/** The two servers, and what was put aside on each before time went on. */
export interface Pair {
  readonly real: Side;
  readonly other: Side;
  readonly museums: { readonly real: unknown; readonly other: unknown };
}

/** What is played next; undefined ends the sequence. `answer` is the real server's to the operation before. */
export type Source = (answer: Answer | undefined) => Operation | undefined;

/** An operation that the two answered differently, or whose watch told something else. */
export interface Difference extends Mismatch {
  readonly operation: Operation;
}

export interface Played {
  readonly operations: readonly Operation[];
  /** Codes of the real server, in the order of the operations. */
  readonly codes: readonly number[];
  readonly differences: readonly Difference[];
  /** Watch events compared. */
  readonly events: number;
}

export interface PlayOptions {
  /** Namespace and prefix of the sequence's own objects; fresh at each play. */
  readonly tag: string;
  readonly resources: readonly KindName[];
}

/** Plays one sequence against both, operation by operation, and compares everything; it ends early where the two part for good. */
export async function play(pair: Pair, source: Source, options: PlayOptions): Promise<Played> {
  const pairing = new Pairing();
  const [mine, theirs] = await Promise.all([playerOf(pair.real, pair.museums.real, options), playerOf(pair.other, pair.museums.other, options)]);
  const operations: Operation[] = [];
  const codes: number[] = [];
  const differences: Difference[] = [];
  let answer: Answer | undefined;
  let parted = false;
  try {
    while (!parted) {
      const operation = source(answer);
      if (operation === undefined) break;
      const [real, other] = await Promise.all([perform(mine, operation), perform(theirs, operation)]);
      answer = real;
      operations.push(operation);
      codes.push(real.code);
      differences.push(...compareAnswers(operation, real, other, pairing).map((each) => ({ ...each, operation })));
      parted = haveParted(real, other, differences);
    }
    const told = parted ? { differences: [], events: 0 } : await compareWatches([mine, theirs], pairing, options);
    return { operations, codes, differences: [...differences, ...told.differences], events: told.events };
  } finally {
    for (const player of [mine, theirs]) player.close();
  }
}

/** One took what the other refused: from here on they hold different objects. */
const haveParted = (real: Answer, other: Answer, differences: readonly Difference[]): boolean =>
  isRefusal(real) !== isRefusal(other) || differences.some((each) => reasonFor(each)?.ends === true) || differences.filter((each) => reasonFor(each) === undefined).length >= 10;

async function perform(player: Player, operation: Operation): Promise<Answer> {
  const request = resolve(operation, player.scope);
  if (operation.verb !== 'watch') return register(player, operation, await player.side.ask(request));
  const opened = await listen(player.side, request);
  if ('code' in opened) return opened;
  player.listeners.push({ operation, listener: opened });
  return outcomeOf(opened, operation);
}

async function compareWatches(players: readonly [Player, Player], pairing: Pairing, { resources }: PlayOptions): Promise<{ differences: readonly Difference[]; events: number }> {
  for (const player of players) await sentinels(player, resources);
  const differences: Difference[] = [];
  let events = 0;
  for (const [index, { operation, listener }] of players[0].listeners.entries()) {
    const partner: Listener | undefined = players[1].listeners[index]?.listener;
    if (partner === undefined) continue;
    const [real, other] = await Promise.all([listener.heard(), partner.heard()]);
    events += real.length;
    differences.push(...compareLines(operation.resource, real, other, pairing).map((each) => ({ ...each, operation })));
  }
  return { differences, events };
}
