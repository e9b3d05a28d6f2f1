import { resources } from '../../../kube/paths.ts';
import { field, fields, list, text, within } from '../../../kube/records/fields.ts';
import type { KubeObject } from '../object.ts';
import type { Cause } from '../refusal.ts';
import { builtIn } from './built-in.ts';
import { invalid, notSupported } from './causes.ts';
import { checkSelector } from './label-selector.ts';
import { checkCountOrPercentage, checkNotNegative } from './numbers.ts';
import { ageColumn, column, nameColumn, numberAt } from './printing/columns.ts';

const bound = (name: string): ((budget: KubeObject) => string) => ({ spec }) => {
  const value = field(fields(spec), name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'N/A';
};

export const disruptionBudgets = builtIn({
  resource: resources.poddisruptionbudgets,
  kind: 'PodDisruptionBudget',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  subresources: ['status'],
  hasGeneration: true,
  check: (budget) => [...checkSpec(budget), ...checkStatus(budget)],
  columns: [
    nameColumn, column('Min Available', bound('minAvailable')), column('Max Unavailable', bound('maxUnavailable')),
    column('Allowed Disruptions', numberAt(['status', 'disruptionsAllowed']), 'integer'), ageColumn,
  ],
});

const policies = ['AlwaysAllow', 'IfHealthyBudget'];

function checkSpec(budget: KubeObject): Cause[] {
  const spec = fields(budget.spec);
  const [least, most, policy] = [field(spec, 'minAvailable'), field(spec, 'maxUnavailable'), text(spec, 'unhealthyPodEvictionPolicy')];
  return [
    ...(least !== undefined && most !== undefined ? [invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...checkCountOrPercentage(least, 'spec.minAvailable'),
    ...checkCountOrPercentage(most, 'spec.maxUnavailable'),
    ...checkSelector(within(spec, 'selector'), 'spec.selector'),
    ...(policy === '' || policies.includes(policy) ? [] : [notSupported('spec.unhealthyPodEvictionPolicy', policy, policies)]),
  ];
}

const states = ['True', 'False', 'Unknown'];

function checkStatus(budget: KubeObject): Cause[] {
  const status = fields(budget.status);
  return [
    ...list(status, 'conditions').map(fields).flatMap((condition, index) =>
      (states.includes(text(condition, 'status')) ? [] : [notSupported(`status.conditions[${index}].status`, text(condition, 'status'), states.toSorted())])),
    ...checkNotNegative(status, ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'], 'status'),
  ];
}
