import type { Change, Step } from './recorder.ts';
import type { Recording } from './play-situation.ts';
import type { Moment, Situation } from './situation.ts';

/** What is not the same in two recordings of a situation, in words; nothing when they agree up to timing. */
export function compareRecordings({ order }: Situation, real: Recording, other: Recording): readonly string[] {
  const steps = real.steps.flatMap((step, index) => compareSteps(step, other.steps[index]));
  return [...steps, ...[real, other].flatMap((recording) => order.flatMap(([before, after]) => checkOrder(recording, before, after)))];
}

function compareSteps(real: Step, other: Step | undefined): string[] {
  if (other === undefined) return [`"${real.title}" was not played`];
  const [left, right] = [sequences(real), sequences(other)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((track) => {
    const [wanted, found] = [left.get(track) ?? [], right.get(track) ?? []];
    const values = (changes: readonly Change[]): string => changes.map(({ value }) => (value === '' ? '(nothing)' : value)).join(' → ') || '(no change)';
    if (values(wanted) !== values(found)) return [`"${real.title}": ${track}: ${values(wanted)} on the real ground, ${values(found)} on the other`];
    return wanted.flatMap(({ at, value }, index) => {
      const late = (found[index]?.at ?? 0) - at;
      return Math.abs(late) <= real.slack ? [] : [`"${real.title}": ${track} became ${value} after ${at} s on the real ground, after ${found[index]?.at} s on the other; ${real.slack} s apart are allowed`];
    });
  });
}

/** Changes by object and aspect, each in its order. */
const sequences = ({ changes }: Step): Map<string, Change[]> => Map.groupBy(changes, ({ object, aspect }) => `${object} ${aspect}`);

function checkOrder({ ground, steps }: Recording, before: Moment, after: Moment): string[] {
  const all = steps.flatMap(({ changes }) => changes);
  const place = (moment: Moment): number => all.findIndex(({ object, aspect, value }) => object === moment.object && aspect === moment.aspect && value === moment.value);
  const [first, second] = [place(before), place(after)];
  const words = ({ object, aspect, value }: Moment): string => `${object} ${aspect} ${value}`;
  if (first === -1 || second === -1) return [`${ground}: "${words(first === -1 ? before : after)}" never came`];
  return first < second ? [] : [`${ground}: "${words(after)}" came before "${words(before)}"`];
}
