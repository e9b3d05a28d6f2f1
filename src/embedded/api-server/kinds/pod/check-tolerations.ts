import { type Fields, field, fields, text } from '../../../../kube/records/fields.ts';
import type { Cause } from '../../refusal.ts';
import { invalid, notSupported } from '../causes.ts';
import { checkEffect } from '../node/taints.ts';
import { wrongKey, wrongValue } from '../syntax.ts';

export function checkTolerations(tolerations: readonly unknown[], path: string): Cause[] {
  return tolerations.flatMap((each, index) => checkToleration(fields(each), `${path}[${index}]`));
}

function checkToleration(toleration: Fields, path: string): Cause[] {
  const [key, operator, effect] = [text(toleration, 'key'), text(toleration, 'operator'), text(toleration, 'effect')];
  const matchesAll = key !== '' || operator === 'Exists';
  const lasts = field(toleration, 'tolerationSeconds') === undefined || effect === 'NoExecute';
  return [
    ...(key === '' ? [] : wrongKey(key).map((problem) => invalid(`${path}.key`, key, problem))),
    ...(matchesAll ? [] : [invalid(`${path}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"')]),
    ...(lasts ? [] : [invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]),
    ...checkOperator(operator, text(toleration, 'value'), `${path}.operator`),
    ...(effect === '' ? [] : checkEffect(effect, `${path}.effect`)),
  ];
}

function checkOperator(operator: string, value: string, path: string): Cause[] {
  switch (operator) {
    case '':
    case 'Equal': {
      const wrong = wrongValue(value);
      return wrong.length === 0 ? [] : [invalid(path, value, wrong.join(';'))];
    }
    case 'Exists':
      return value === '' ? [] : [invalid(path, value, "value must be empty when `operator` is 'Exists'")];
    case 'Lt':
    case 'Gt':
      return [notSupported(path, operator, ['Equal', 'Exists', 'Lt', 'Gt'])];
    default:
      return [notSupported(path, operator, ['Equal', 'Exists'])];
  }
}
