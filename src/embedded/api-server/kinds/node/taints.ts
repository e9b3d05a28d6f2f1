import { type Fields, fields, text } from '../../../../kube/records/fields.ts';
import type { Cause } from '../../refusal.ts';
import { duplicate, invalid, notSupported, required } from '../causes.ts';
import { wrongKey, wrongValue } from '../syntax.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** What is wrong with the taints of a node. */
export function checkTaints(taints: readonly unknown[], path: string): Cause[] {
  const seen = new Set<string>();
  return taints.flatMap((each, index) => {
    const taint = fields(each);
    const at = `${path}[${index}]`;
    const pair = `${text(taint, 'key')}:${text(taint, 'effect')}`;
    const again = seen.has(pair);
    seen.add(pair);
    return [...checkTaint(taint, at), ...(again ? [{ ...duplicate(at, taint), message: `${duplicate(at, taint).message}: taints must be unique by key and effect pair` }] : [])];
  });
}

function checkTaint(taint: Fields, path: string): Cause[] {
  const [key, value] = [text(taint, 'key'), text(taint, 'value')];
  const wrong = wrongValue(value);
  return [
    ...wrongKey(key).map((problem) => invalid(`${path}.key`, key, problem)),
    ...(wrong.length === 0 ? [] : [invalid(`${path}.value`, value, wrong.join(';'))]),
    ...checkEffect(text(taint, 'effect'), `${path}.effect`),
  ];
}

/** The effect of a taint, which has to have one, or of a toleration. */
export function checkEffect(effect: string, path: string): Cause[] {
  if (effect === '') return [required(path)];
  return effects.includes(effect) ? [] : [notSupported(path, effect, effects)];
}
