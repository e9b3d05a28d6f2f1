import { fields } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { checkNotNegative } from '../numbers.ts';
import { ageColumn, column, nameColumn, numberAt, selectorColumn, templateColumns } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { checkCounters } from './counters.ts';
import { checkFixed, checkOwnSelector, checkRunsForever, checkTemplate, withTemplateDefaults } from './template.ts';

const counters = {
  names: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'terminatingReplicas'],
  limits: [
    ...['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'].map((name) => [name, 'replicas', 'status.replicas'] as const),
    ['availableReplicas', 'readyReplicas', 'readyReplicas'] as const,
  ],
};

export const replicaSets = builtIn({
  resource: builtInResources.replicasets,
  kind: 'ReplicaSet',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  specDefaults: (spec) => withTemplateDefaults({ replicas: 1, ...spec }),
  check: (set, current) => [...(set.spec === current?.spec ? [] : checkSpec(set)), ...checkFixed(set, current, ['selector']), ...checkCounters(set, current, counters)],
  fields: (set) => ({ 'status.replicas': String(numberAt(['status', 'replicas'])(set)) }),
  columns: [
    nameColumn, column('Desired', numberAt(['spec', 'replicas']), 'integer'), column('Current', numberAt(['status', 'replicas']), 'integer'),
    column('Ready', numberAt(['status', 'readyReplicas']), 'integer'), ageColumn, ...templateColumns, selectorColumn,
  ],
});

function checkSpec(set: KubeObject): Cause[] {
  const spec = fields(set.spec);
  return [
    ...checkNotNegative(spec, ['replicas', 'minReadySeconds'], 'spec'),
    ...checkOwnSelector(spec, { word: 'deployment', required: true, wrong: 'invalid label selector' }),
    ...checkTemplate(spec),
    ...checkRunsForever(spec, 'ReplicaSet'),
  ];
}
