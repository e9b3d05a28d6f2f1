import type { Kind, KindContext } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import { type Cause, Refusal } from '../../refusal.ts';
import { type Answer, type Answers, ageless, madeOf, moment, refusalOf } from './answer.ts';
import type { Body, Case } from './case.ts';

/** Plays a case with a kind alone: what the server around it does is not looked at. `others` are the objects that are there. */
export function play(kind: Kind, { body, changes }: Case, others: (plural: string) => readonly KubeObject[]): Answers {
  const context = contextOf(others);
  const metadata = { ...body.metadata, uid: 'UID', resourceVersion: '1', creationTimestamp: moment };
  const first = attempt(201, () => {
    const prepared = kind.prepareCreate({ ...body, metadata }, context);
    const made = kind.admit?.('create', prepared, context) ?? prepared;
    return { made, causes: kind.validate(made, undefined, context) };
  });
  if (first.made === undefined) return { created: first.answer, changed: [] };
  let current = first.made;
  const answers = changes.map(([part, patch]) => {
    const next = attempt(200, () => {
      const made = kind.prepareUpdate(merge(current, patch) as KubeObject, current, part === 'status' ? 'status' : undefined, context);
      return { made, causes: kind.validate(made, current, context) };
    });
    current = next.made ?? current;
    return next.answer;
  });
  const now = '2026-01-01T00:00:05Z';
  return {
    created: first.answer,
    changed: answers,
    columns: kind.columns.map(({ name, type, format = '', priority }) => [name, type, format, priority]),
    cells: ageless(kind.columns.map((column) => column.value(current, now))),
  };
}

interface Attempt {
  readonly answer: Answer;
  readonly made: KubeObject | undefined;
}

function attempt(code: number, work: () => { made: KubeObject; causes: readonly Cause[] }): Attempt {
  try {
    const { made, causes } = work();
    if (causes.length > 0) return { answer: refusalOf(422, 'Invalid', causes), made: undefined };
    return { answer: madeOf(code, made), made };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { answer: refusalOf(error.code, error.reason, []), made: undefined };
  }
}

/** A cluster that holds nothing but these objects. */
export const contextOf = (others: (plural: string) => readonly KubeObject[]): KindContext => ({
  now: moment,
  user: 'admin',
  newID: () => 'UID',
  random: () => 0.5,
  find: ({ plural }, { name }) => others(plural).find(({ metadata }) => metadata.name === name),
  list: ({ plural }) => others(plural),
});

/** A merge patch (RFC 7386); parts that it does not name stay the very same objects. */
function merge(value: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const made: Record<string, unknown> = typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  for (const [name, each] of Object.entries(patch)) {
    if (each === null) delete made[name];
    else made[name] = merge(made[name], each);
  }
  return made;
}

/** An object that a case has made, for those that come after it. */
export const keep = (body: Body): KubeObject => ({ ...body, metadata: { ...body.metadata, uid: 'UID', resourceVersion: '1', creationTimestamp: moment } });
