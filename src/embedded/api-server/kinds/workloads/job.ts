import { type Fields, field, fields, list, text, textMap, wholeNumber, within } from '../../../../kube/records/fields.ts';
import type { Column } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { immutable, invalid, notSupported, required } from '../causes.ts';
import { selects } from '../label-selector.ts';
import { checkNotNegative } from '../numbers.ts';
import { age, humanDuration } from '../printing/age.ts';
import { ageColumn, column, nameColumn, numberAt, selectorColumn, templateColumns } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { between, parseRfc3339 } from '../../../../model/time.ts';
import { same } from '../same.ts';
import { checkFixed, checkOwnSelector, checkTemplate, withTemplateDefaults } from './template.ts';

export const jobs = builtIn({
  resource: builtInResources.jobs,
  kind: 'Job',
  singular: 'job',
  categories: ['all'],
  subresources: ['status'],
  hasGeneration: true,
  defaults: jobDefaults,
  begin: withSelector,
  check: (job, current) => [
    ...(job.spec === current?.spec && !isGivenAnotherUID(job, current) ? [] : checkSpec(job)),
    ...checkFixed(job, current, fixedFields(job, current)),
    ...(hasNotBegun(current) ? checkWaitingTemplate(job, current) : []),
    ...checkCompletions(job, current),
    ...checkNotNegative(fields(job.status), ['active', 'succeeded', 'failed', 'ready', 'terminating'], 'status'),
    ...checkReady(fields(job.status)),
  ],
  fields: (job) => ({ 'status.successful': String(numberAt(['status', 'succeeded'])(job)) }),
  columns: columns(),
});

function jobDefaults(job: KubeObject): KubeObject {
  const spec = fields(job.spec);
  const single = field(spec, 'completions') === undefined && field(spec, 'parallelism') === undefined;
  const labels = textMap(within(within(spec, 'template'), 'metadata'), 'labels');
  const unlabelled = Object.keys(job.metadata.labels ?? {}).length === 0 && Object.keys(labels).length > 0;
  return {
    ...job,
    metadata: unlabelled ? { ...job.metadata, labels } : job.metadata,
    spec: withTemplateDefaults({
      ...(single ? { completions: 1 } : {}), parallelism: 1, backoffLimit: field(spec, 'backoffLimitPerIndex') === undefined ? 6 : 2_147_483_647,
      completionMode: 'NonIndexed', suspend: false, manualSelector: false,
      podReplacementPolicy: field(spec, 'podFailurePolicy') === undefined ? 'TerminatingOrFailed' : 'Failed',
      ...spec,
    }),
  };
}

/** A Job selects its pods by its own UID, unless it brings a selector. */
function withSelector(job: KubeObject): KubeObject {
  const spec = fields(job.spec);
  if (field(spec, 'manualSelector') === true) return job;
  const { name, uid } = job.metadata;
  const template = within(spec, 'template');
  const metadata = within(template, 'metadata');
  const own = { 'job-name': name, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid };
  const selector = within(spec, 'selector');
  const labels = { ...own, ...textMap(metadata, 'labels') };
  return {
    ...job,
    metadata: Object.keys(job.metadata.labels ?? {}).length === 0 || job.metadata.labels === metadata['labels'] ? { ...job.metadata, labels } : job.metadata,
    spec: {
      ...spec,
      selector: { ...selector, matchLabels: { 'batch.kubernetes.io/controller-uid': uid, ...textMap(selector, 'matchLabels') } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  };
}

const modes = ['NonIndexed', 'Indexed'];

function checkSpec(job: KubeObject): Cause[] {
  const spec = fields(job.spec);
  const mode = text(spec, 'completionMode');
  return [
    ...checkGenerated(job),
    ...checkNotNegative(spec, ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'], 'spec'),
    ...(modes.includes(mode) ? [] : [notSupported('spec.completionMode', mode, modes)]),
    ...(mode === 'Indexed' && field(spec, 'completions') === undefined ? [required('spec.completions', 'when completion mode is Indexed')] : []),
    ...checkTemplate(spec),
    ...checkRestarts(text(within(within(spec, 'template'), 'spec'), 'restartPolicy')),
    ...checkOwnSelector(spec, { word: 'job', required: true }),
  ];
}

/** What is generated goes by the UID: with another one the same spec is wrong. A change of the status is not asked. */
const isGivenAnotherUID = (job: KubeObject, current: KubeObject | undefined): boolean => job.metadata.uid !== current?.metadata.uid && job.status === current?.status;

/** Labels that the template had already must be the right ones. */
function checkGenerated(job: KubeObject): Cause[] {
  const spec = fields(job.spec);
  if (field(spec, 'manualSelector') === true) return [];
  const { name, uid } = job.metadata;
  const labels = textMap(within(within(spec, 'template'), 'metadata'), 'labels');
  const expected = { 'controller-uid': uid, 'job-name': name, 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name };
  const selector = within(spec, 'selector');
  return [
    ...Object.entries(expected).flatMap(([key, value]) => (labels[key] === value ? [] : [invalid(`spec.template.metadata.labels[${key}]`, labels, `must be '${value}'`)])),
    ...(selects(selector, expected) ? [] : [invalid('spec.selector', selector, '`selector` not auto-generated')]),
  ];
}

function checkReady(status: Fields): Cause[] {
  const ready = wholeNumber(status, 'ready');
  return ready !== undefined && ready > (wholeNumber(status, 'active') ?? 0) ? [invalid('status.ready', ready, 'cannot set more ready pods than active')] : [];
}

function checkRestarts(policy: string): Cause[] {
  const path = 'spec.template.spec.restartPolicy';
  if (policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')];
  return ['OnFailure', 'Never'].includes(policy) ? [] : [notSupported(path, policy, ['OnFailure', 'Never'])];
}

/** The completions of an indexed Job may change together with its parallelism. */
function checkCompletions(job: KubeObject, current: KubeObject | undefined): Cause[] {
  const spec = fields(job.spec);
  if (current === undefined || text(spec, 'completionMode') !== 'Indexed') return [];
  const [wanted, before] = [wholeNumber(spec, 'completions'), wholeNumber(fields(current.spec), 'completions')];
  return wanted === before || wanted === wholeNumber(spec, 'parallelism') ? [] : [invalid('spec.completions', wanted, 'can only be modified in tandem with spec.parallelism')];
}

/** Of the template of a Job that has not begun, what decides where its pods run may change, and what they ask for. */
function hasNotBegun(current: KubeObject | undefined): boolean {
  return field(fields(current?.spec), 'suspend') === true && field(fields(current?.status), 'startTime') === undefined;
}

function checkWaitingTemplate(job: KubeObject, current: KubeObject | undefined): Cause[] {
  const [wanted, before] = [job, current].map((each) => within(within(fields(each?.spec), 'template'), 'spec'));
  return same(withoutPlacement(wanted ?? {}), withoutPlacement(before ?? {})) ? [] : [invalid('spec.template.spec', wanted, immutable)];
}

const placement = ['nodeSelector', 'affinity', 'tolerations', 'schedulingGates'];

function withoutPlacement(pod: Fields): object {
  const rest = Object.entries(pod).filter(([name]) => !placement.includes(name));
  return { ...Object.fromEntries(rest), containers: list(pod, 'containers').map((container) => ({ ...fields(container), resources: undefined })) };
}

function fixedFields(job: KubeObject, current: KubeObject | undefined): readonly string[] {
  const spec = fields(job.spec);
  const indexed = text(spec, 'completionMode') === 'Indexed';
  return [...(indexed ? [] : ['completions']), 'selector', ...(hasNotBegun(current) ? [] : ['template']), 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'];
}

function columns(): readonly Column[] {
  return [
    nameColumn, column('Status', statusOf), column('Completions', completionsOf), column('Duration', durationOf), ageColumn, ...templateColumns, selectorColumn,
  ];
}

function statusOf(job: KubeObject): string {
  const holds = new Set(list(fields(job.status), 'conditions').map(fields).filter((each) => text(each, 'status') === 'True').map((each) => text(each, 'type')));
  if (holds.has('Complete')) return 'Complete';
  if (holds.has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find((type) => holds.has(type)) ?? 'Running';
}

function completionsOf(job: KubeObject): string {
  const [spec, done] = [fields(job.spec), numberAt(['status', 'succeeded'])(job)];
  const [wanted, parallel] = [wholeNumber(spec, 'completions'), wholeNumber(spec, 'parallelism') ?? 0];
  if (wanted !== undefined) return `${done}/${wanted}`;
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function durationOf(job: KubeObject, now: string): string {
  const status: Fields = fields(job.status);
  const [start, end] = [parseRfc3339(text(status, 'startTime')), parseRfc3339(text(status, 'completionTime'))];
  if (start === undefined) return '';
  return end === undefined ? age(text(status, 'startTime'), now) : humanDuration(between(start, end));
}
