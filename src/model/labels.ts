import type { LabelSelector, Labels, Requirement } from './configuration.ts';

/** True when every requirement holds for `labels`, by the rules of Kubernetes label selectors. */
export const selects = (selector: LabelSelector, labels: Labels): boolean => selector.requirements.every((each) => holds(each, labels));

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return compare(value, values[0], (left, right) => left > right);
    case 'Lt':
      return compare(value, values[0], (left, right) => left < right);
    default:
      return operator satisfies never;
  }
}

function compare(value: string | undefined, bound: string | undefined, order: (left: bigint, right: bigint) => boolean): boolean {
  const whole = /^-?[0-9]{1,18}$/u;
  if (value === undefined || bound === undefined || !whole.test(value) || !whole.test(bound)) return false;
  return order(BigInt(value), BigInt(bound));
}
