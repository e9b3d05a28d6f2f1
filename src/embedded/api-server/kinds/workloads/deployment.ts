import { type Fields, field, fields, text, wholeNumber, within } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { forbidden, invalid, notSupported } from '../causes.ts';
import { checkCountOrPercentage, checkNotNegative, countOf } from '../numbers.ts';
import { ageColumn, column, nameColumn, numberAt, selectorColumn, templateColumns } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { checkCounters } from './counters.ts';
import { checkFixed, checkOwnSelector, checkRunsForever, checkTemplate, withTemplateDefaults } from './template.ts';

const counters = {
  names: ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'terminatingReplicas'],
  limits: [
    ...['updatedReplicas', 'readyReplicas', 'availableReplicas'].map((name) => [name, 'replicas', 'status.replicas'] as const),
    ['availableReplicas', 'readyReplicas', 'readyReplicas'] as const,
  ],
};

export const deployments = builtIn({
  resource: builtInResources.deployments,
  kind: 'Deployment',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  specDefaults,
  change: (deployment, current, part) => (part === 'status' ? withLabels(deployment, current) : deployment),
  check: (deployment, current) => [
    ...(deployment.spec === current?.spec ? [] : checkSpec(deployment)),
    ...checkFixed(deployment, current, ['selector']),
    ...checkCounters(deployment, current, counters),
  ],
  columns: [
    nameColumn, column('Ready', (deployment) => `${numberAt(['status', 'readyReplicas'])(deployment)}/${numberAt(['spec', 'replicas'])(deployment)}`),
    column('Up-to-date', numberAt(['status', 'updatedReplicas'])), column('Available', numberAt(['status', 'availableReplicas'])), ageColumn, ...templateColumns, selectorColumn,
  ],
});

function specDefaults(spec: Fields): Fields {
  return withTemplateDefaults({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, ...spec, strategy: strategyDefaults(within(spec, 'strategy')) });
}

function strategyDefaults(strategy: Fields): Fields {
  const type = text(strategy, 'type') || 'RollingUpdate';
  if (type !== 'RollingUpdate') return strategy;
  return { type, rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%', ...within(strategy, 'rollingUpdate') } };
}

/** Labels do not change together with the status. */
function withLabels(deployment: KubeObject, current: KubeObject): KubeObject {
  const { labels: _, ...metadata } = deployment.metadata;
  const labels = current.metadata.labels;
  return { ...deployment, metadata: labels === undefined ? metadata : { ...metadata, labels } };
}

function checkSpec(deployment: KubeObject): Cause[] {
  const spec = fields(deployment.spec);
  const [deadline, ready] = [wholeNumber(spec, 'progressDeadlineSeconds') ?? 0, wholeNumber(spec, 'minReadySeconds') ?? 0];
  return [
    ...checkNotNegative(spec, ['replicas'], 'spec'),
    ...checkOwnSelector(spec, { word: 'deployment', required: true, wrong: 'invalid label selector' }),
    ...checkTemplate(spec),
    ...checkRunsForever(spec, 'ReplicaSet'),
    ...checkStrategy(within(spec, 'strategy')),
    ...checkNotNegative(spec, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'], 'spec'),
    ...(deadline > ready ? [] : [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]),
  ];
}

function checkStrategy(strategy: Fields): Cause[] {
  const rolling = within(strategy, 'rollingUpdate');
  const path = 'spec.strategy.rollingUpdate';
  switch (text(strategy, 'type')) {
    case 'Recreate':
      return field(strategy, 'rollingUpdate') === undefined ? [] : [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate': {
      const [down, up] = [field(rolling, 'maxUnavailable'), field(rolling, 'maxSurge')];
      return [
        ...checkCountOrPercentage(down, `${path}.maxUnavailable`),
        ...(typeof up === 'string' && countOf(up) > 100 ? [] : checkCountOrPercentage(up, `${path}.maxSurge`)),
        ...(countOf(down) === 0 && countOf(up) === 0 ? [invalid(`${path}.maxUnavailable`, down, 'may not be 0 when `maxSurge` is 0')] : []),
      ];
    }
    default:
      return [notSupported('spec.strategy', strategy, ['Recreate', 'RollingUpdate'])];
  }
}
