import type { BudgetRecord } from '../../model/cluster.ts';
import type { LabelSelector, Requirement } from '../../model/configuration.ts';
import { type Fields, field, fields, identify, list, text, textMap, within } from './fields.ts';

/** Prunes a PodDisruptionBudget. No selector selects nothing, an empty one everything. */
export function parseBudget(object: unknown): BudgetRecord {
  const { namespace, name } = identify('PodDisruptionBudget', object);
  const spec = within(fields(object), 'spec');
  const selector = field(spec, 'selector') ?? undefined;
  return { namespace, name, selector: selector === undefined ? undefined : parseSelector(fields(selector)) };
}

const operators: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'] satisfies Requirement['operator'][];

/** A `metav1.LabelSelector`. A requirement with an operator that is none is left out. */
export function parseSelector(selector: Fields): LabelSelector {
  const equal = Object.entries(textMap(selector, 'matchLabels')).map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] }));
  const expressions = list(selector, 'matchExpressions').flatMap((each): Requirement[] => {
    const from = fields(each);
    const operator = text(from, 'operator');
    if (!operators.includes(operator)) return [];
    const values = list(from, 'values').filter((value) => typeof value === 'string');
    return [{ key: text(from, 'key'), operator: operator as Requirement['operator'], values }];
  });
  return { requirements: [...equal, ...expressions] };
}
