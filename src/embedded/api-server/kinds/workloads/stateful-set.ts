import { type Fields, field, fields, list, text, within } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { forbidden, invalid, notSupported } from '../causes.ts';
import { checkCountOrPercentage, checkNotNegative, countOf } from '../numbers.ts';
import { ageColumn, column, nameColumn, numberAt, templateColumns } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';
import { checkClaimSpec, claimSpecDefaults } from '../storage/persistent-volume-claim.ts';
import { wrongLabel } from '../syntax.ts';
import { checkCounters } from './counters.ts';
import { checkOwnSelector, checkRunsForever, checkTemplate, withTemplateDefaults } from './template.ts';

const counters = {
  names: ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
  limits: [
    ...['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'].map((name) => [name, 'replicas', 'status.replicas'] as const),
    ['availableReplicas', 'readyReplicas', 'status.readyReplicas'] as const,
  ],
};

export const statefulSets = builtIn({
  resource: builtInResources.statefulsets,
  kind: 'StatefulSet',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  specDefaults,
  check: (set, current) => [
    ...(set.spec === current?.spec ? [] : checkSpec(set, current)),
    ...checkCounters(set, current, counters),
  ],
  columns: [
    nameColumn, column('Ready', (set) => `${numberAt(['status', 'readyReplicas'])(set)}/${numberAt(['spec', 'replicas'])(set)}`), ageColumn, ...templateColumns,
  ],
});

function specDefaults(spec: Fields): Fields {
  const retention = within(spec, 'persistentVolumeClaimRetentionPolicy');
  const templates = list(spec, 'volumeClaimTemplates').map(fields);
  return withTemplateDefaults({
    replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10,
    ...spec,
    updateStrategy: strategyDefaults(within(spec, 'updateStrategy')),
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain', ...retention },
    ...(templates.length === 0 ? {} : { volumeClaimTemplates: templates.map(claimDefaults) }),
  });
}

function strategyDefaults(strategy: Fields): Fields {
  const type = text(strategy, 'type');
  const rolling = field(strategy, 'rollingUpdate');
  if (type === '') return { type: 'RollingUpdate', rollingUpdate: { partition: 0, ...fields(rolling) } };
  return type === 'RollingUpdate' && rolling !== undefined ? { ...strategy, rollingUpdate: { partition: 0, ...fields(rolling) } } : strategy;
}

const claimDefaults = (template: Fields): Fields => ({ ...template, apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: claimSpecDefaults(within(template, 'spec')), status: { phase: 'Pending' } });

const policies = ['OrderedReady', 'Parallel'];
const retentions = ['Retain', 'Delete'];

function checkSpec(set: KubeObject, current: KubeObject | undefined): Cause[] {
  const spec = fields(set.spec);
  const [policy, retention, service] = [text(spec, 'podManagementPolicy'), within(spec, 'persistentVolumeClaimRetentionPolicy'), text(spec, 'serviceName')];
  return [
    ...(policies.includes(policy) ? [] : [invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...checkStrategy(within(spec, 'updateStrategy')),
    ...['whenDeleted', 'whenScaled'].flatMap((name) => (retentions.includes(text(retention, name)) ? [] : [notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, text(retention, name), retentions)])),
    ...(current === undefined ? list(spec, 'volumeClaimTemplates').flatMap((each, index) => checkClaimSpec(within(fields(each), 'spec'), `spec.volumeClaimTemplates[${index}].spec`)) : []),
    ...checkNotNegative(spec, ['replicas', 'minReadySeconds'], 'spec'),
    ...checkNotNegative(within(spec, 'ordinals'), ['start'], 'spec.ordinals'),
    ...(current === undefined && service !== '' ? wrongLabel(service).map((problem) => invalid('spec.serviceName', service, problem)) : []),
    ...checkOwnSelector(spec, { word: 'statefulset', required: true, wrong: '' }),
    ...checkTemplate(withoutHostNames(spec), list(spec, 'volumeClaimTemplates').map((each) => claimVolume(fields(each)))),
    ...checkRunsForever(spec, 'StatefulSet'),
    ...(current === undefined ? [] : checkChange(spec, fields(current.spec))),
  ];
}

function checkStrategy(strategy: Fields): Cause[] {
  const rolling = field(strategy, 'rollingUpdate');
  const path = 'spec.updateStrategy.rollingUpdate';
  switch (text(strategy, 'type')) {
    case 'OnDelete':
      return rolling === undefined ? [] : [invalid(path, rolling, "only allowed for updateStrategy 'RollingUpdate'")];
    case 'RollingUpdate': {
      const most = field(fields(rolling), 'maxUnavailable');
      return [
        ...checkNotNegative(fields(rolling), ['partition'], path),
        ...checkCountOrPercentage(most, `${path}.maxUnavailable`),
        ...(most !== undefined && countOf(most) === 0 ? [invalid(`${path}.maxUnavailable`, most, 'cannot be 0')] : []),
      ];
    }
    default:
      return [invalid('spec.updateStrategy', strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  }
}

const claimVolume = (template: Fields): Fields => {
  const name = text(within(template, 'metadata'), 'name');
  return { name, persistentVolumeClaim: { claimName: name } };
};

/** The controller sets these anyway. */
function withoutHostNames(spec: Fields): Fields {
  const template = within(spec, 'template');
  return { ...spec, template: { ...template, spec: { ...within(template, 'spec'), hostname: '', subdomain: '' } } };
}

const free = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

function checkChange(spec: Fields, before: Fields): Cause[] {
  const fixed = (from: Fields): Fields => Object.fromEntries(Object.entries(from).filter(([name]) => !free.includes(name)));
  if (same(fixed(spec), fixed(before))) return [];
  const names = `${free.slice(0, -1).map((name) => `'${name}'`).join(', ')} and '${free.at(-1)}'`;
  return [forbidden('spec', `updates to statefulset spec for fields other than ${names} are forbidden`)];
}
