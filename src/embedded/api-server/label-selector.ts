import type { Requirement } from '../../model/configuration.ts';
import { readLabelSelector } from '../../model/selector.ts';

export type Labels = Readonly<Record<string, string>>;

/** The test that a `LabelSelector` object stands for. One that is absent or cannot be read selects nothing. */
export function selectorOf(raw: unknown): (labels: Labels) => boolean {
  if (raw === undefined) return () => false;
  const read = readLabelSelector(raw);
  if ('problem' in read) return () => false;
  const { requirements } = read.selector;
  return (labels) => requirements.every((each) => holds(each, labels));
}

/** True when the labels meet the requirement. */
export function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
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
      return isInteger(value) && Number(value) > Number(values[0]);
    case 'Lt':
      return isInteger(value) && Number(value) < Number(values[0]);
  }
}

const isInteger = (value: string | undefined): boolean => value !== undefined && /^[-+]?\d+$/u.test(value);
