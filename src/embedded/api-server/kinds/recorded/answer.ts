import type { Cause } from '../../refusal.ts';

/** What is compared of an answer: what was made, or why not. */
export type Answer = { readonly code: number; readonly object: object } | { readonly code: number; readonly reason: string; readonly causes: readonly string[] };

/** All answers to a case: to its creation, to each patch, and the row that kubectl shows in the end. */
export interface Answers {
  readonly created: Answer;
  readonly changed: readonly Answer[];
  readonly columns?: readonly (readonly unknown[])[];
  readonly cells?: readonly unknown[];
}

export const moment = '2026-01-01T00:00:00Z';

/** What differs from run to run is made equal: identity and the time of creation. */
export function madeOf(code: number, made: Readonly<Record<string, unknown>>): Answer {
  const metadata = made['metadata'] as { uid: string; creationTimestamp: string; labels?: object; annotations?: object; finalizers?: object };
  const { labels, annotations, finalizers } = metadata;
  const text = JSON.stringify({ ...made, metadata: { labels, annotations, finalizers } }).replaceAll(metadata.uid, 'UID').replaceAll(metadata.creationTimestamp, moment);
  return { code, object: ordered(JSON.parse(text)) as object };
}

/** Values that are objects are left out: a real server shows them as its own program keeps them. */
export function refusalOf(code: number, reason: string, causes: readonly Cause[], uid = 'UID'): Answer {
  const texts = causes.map(({ field, reason: why, message }) => `${field}: ${why}: ${(message.split('\n')[0] ?? '').replace(/: [[{].*[\]}](?=:|$)/u, ': {…}')}`.replaceAll(uid, 'UID'));
  return { code, reason, causes: texts.sort() };
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu;

/** Ages depend on when one looks, and identity on when it was made. */
export const ageless = (cells: readonly unknown[]): readonly unknown[] =>
  cells.map((cell) => (typeof cell === 'string' ? cell.replace(/^(?:\d+[smhdy])+$|(?<=\()(?:\d+[smhdy])+(?= ago\))/u, 'AGE').replace(/^\d{4}-\d\d-\d\dT.*Z$/u, 'TIME').replace(uuid, 'UID') : cell));

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, each]) => [name, ordered(each)]));
}
