import type { LabelSelector } from '../../model/configuration.ts';
import { parseSelector, readLabelSelector } from '../../model/selector.ts';
import { quote } from '../complaint.ts';
import type { Read } from '../duration.ts';
import { nearest } from '../spelling.ts';
import { type Setting, setting } from './setting.ts';

/** Which objects: `key=value,key in (a,b),!key`, or a LabelSelector object. One that selects everything is refused. */
export const selector = (description: string): Setting<LabelSelector> =>
  setting((raw) => (raw === '' ? selectsAll : read(raw)), { description, kind: 'selector', type: ['string', 'object'], allowed });

/** The same, where the empty text means none. */
export const selectorOrNone = (description: string): Setting<LabelSelector | undefined> =>
  setting<LabelSelector | undefined>((raw) => (raw === '' ? { value: undefined } : read(raw)), { description, kind: 'selector', type: ['string', 'object'], allowed: `${allowed}, or "" for none` });

const allowed = 'a label selector such as fencing=enabled, or an object with matchLabels and matchExpressions';
const selectsAll = { problem: 'an empty selector would select every node', cure: 'write a label that the nodes carry, such as fencing=enabled' };

function read(raw: unknown): Read<LabelSelector> {
  if (typeof raw !== 'string' && (typeof raw !== 'object' || raw === null)) return { problem: `${quote(raw)} is not a selector`, cure: `write ${allowed}` };
  const unknown = typeof raw === 'object' ? unknownKey(raw) : undefined;
  if (unknown !== undefined) return unknown;
  const outcome = typeof raw === 'string' ? parseSelector(raw) : readLabelSelector(raw);
  if ('problem' in outcome) return { problem: outcome.problem, cure: `write ${allowed}` };
  return outcome.selector.requirements.length === 0 ? selectsAll : { value: outcome.selector };
}

const wholeSelector = ['matchLabels', 'matchExpressions'];
const oneRequirement = ['key', 'operator', 'values'];

/** A misspelt `matchLabels` would leave an object that selects everything. */
function unknownKey(raw: object): { problem: string; cure: string } | undefined {
  const expressions = (raw as { matchExpressions?: unknown }).matchExpressions;
  const inner = Array.isArray(expressions) ? expressions.filter((each) => typeof each === 'object' && each !== null) : [];
  for (const [map, known] of [[raw, wholeSelector], ...inner.map((each) => [each, oneRequirement] as const)] as const) {
    const wrong = Object.keys(map as object).find((key) => !known.includes(key));
    if (wrong === undefined) continue;
    const near = nearest(wrong, known);
    return { problem: `a selector has no ${quote(wrong)}`, cure: near === undefined ? `write ${known.join(', ')}` : `did you mean ${near}?` };
  }
  return undefined;
}
