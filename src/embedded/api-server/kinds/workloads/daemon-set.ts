import { type Fields, field, fields, text, textMap, within } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { invalid, notSupported, required } from '../causes.ts';
import { formatLabels } from '../label-selector.ts';
import { checkCountOrPercentage, checkNotNegative, countOf } from '../numbers.ts';
import { ageColumn, column, nameColumn, numberAt, selectorColumn, templateColumns } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';
import { checkCounters } from './counters.ts';
import { checkFixed, checkOwnSelector, checkRunsForever, checkTemplate, withTemplateDefaults } from './template.ts';

const numbers = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable'];

const counter = (name: string, from: string): ReturnType<typeof column> => column(name, numberAt(['status', from]), 'integer');

export const daemonSets = builtIn({
  resource: builtInResources.daemonsets,
  kind: 'DaemonSet',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  subresources: ['status'],
  hasGeneration: true,
  specDefaults,
  begin: (set) => withGeneration(set, 1),
  change: (set, current, part) => (part === 'status' ? set : withGeneration(set, generationOf(current) + (same(templateOf(set), templateOf(current)) ? 0 : 1))),
  check: (set, current) => [...(set.spec === current?.spec ? [] : checkSpec(set)), ...checkFixed(set, current, ['selector']), ...checkCounters(set, current, { names: numbers, limits: [] })],
  columns: [
    nameColumn, counter('Desired', 'desiredNumberScheduled'), counter('Current', 'currentNumberScheduled'), counter('Ready', 'numberReady'),
    counter('Up-to-date', 'updatedNumberScheduled'), counter('Available', 'numberAvailable'),
    column('Node Selector', ({ spec }) => formatLabels(textMap(within(within(fields(spec), 'template'), 'spec'), 'nodeSelector'))), ageColumn, ...templateColumns, selectorColumn,
  ],
});

/** Counts the templates; a field of the first versions of this kind. */
const generation = 'deprecated.daemonset.template.generation';

const generationOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.[generation] ?? 1);
const templateOf = ({ spec }: KubeObject): Fields => within(fields(spec), 'template');

const withGeneration = (set: KubeObject, count: number): KubeObject => ({
  ...set, metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, [generation]: String(count) } },
});

function specDefaults(spec: Fields): Fields {
  const strategy = within(spec, 'updateStrategy');
  const type = text(strategy, 'type') || 'RollingUpdate';
  const updateStrategy = type === 'RollingUpdate' ? { type, rollingUpdate: { maxUnavailable: 1, maxSurge: 0, ...within(strategy, 'rollingUpdate') } } : strategy;
  return withTemplateDefaults({ revisionHistoryLimit: 10, ...spec, updateStrategy });
}

function checkSpec(set: KubeObject): Cause[] {
  const spec = fields(set.spec);
  return [
    ...checkOwnSelector(spec, { word: 'daemonset', required: false }),
    ...checkTemplate(spec),
    ...checkRunsForever(spec, 'DaemonSet'),
    ...checkNotNegative(spec, ['minReadySeconds', 'revisionHistoryLimit'], 'spec'),
    ...checkStrategy(within(spec, 'updateStrategy')),
  ];
}

function checkStrategy(strategy: Fields): Cause[] {
  const type = text(strategy, 'type');
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [notSupported('spec.updateStrategy', strategy, ['RollingUpdate', 'OnDelete'])];
  const rolling = within(strategy, 'rollingUpdate');
  const path = 'spec.updateStrategy.rollingUpdate';
  const [down, up] = [field(rolling, 'maxUnavailable'), field(rolling, 'maxSurge')];
  return [
    ...checkCountOrPercentage(down, `${path}.maxUnavailable`),
    ...checkCountOrPercentage(up, `${path}.maxSurge`),
    ...(countOf(down) !== 0 && countOf(up) !== 0 ? [invalid(`${path}.maxSurge`, up, 'may not be set when maxUnavailable is non-zero')] : []),
    ...(countOf(down) === 0 && countOf(up) === 0 ? [required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')] : []),
  ];
}
