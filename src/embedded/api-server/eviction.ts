import { resources } from '../../kube/paths.ts';
import { type Condition, withCondition } from './conditions.ts';
import { selectorOf } from './label-selector.ts';
import { isMap, mapOf } from './json.ts';
import type { KubeObject } from './object.ts';
import { Refusal } from './refusal.ts';
import { conflict, forbidden } from './refusals.ts';
import type { Registry } from './registry.ts';
import type { DeleteOptions } from './server.ts';
import type { Write } from './write-create.ts';
import { remove } from './write-delete.ts';
import { find } from './write-update.ts';

/** A pod that is asked to leave. */
export interface EvictionRequest extends Write {
  readonly name: string;
  readonly options: DeleteOptions;
}

/** Deletes the pod if its disruption budget allows it, which then has one disruption less to give. 429 when it does not. */
export function evict(registry: Registry, wanted: EvictionRequest): void {
  const pods = registry.must(resources.pods);
  const pod = find(pods, wanted);
  if (isBudgeted(pod)) spend(registry, pod, wanted.dryRun);
  if (!wanted.dryRun) markDisrupted(registry, pod, wanted.options);
  // The mark made a new version; the one that the client knew was compared before it.
  const { resourceVersion: _compared, ...options } = wanted.options;
  remove(registry, pods, { ...wanted, options: wanted.dryRun ? wanted.options : options });
}

/** Pods that do not run, or are going, are no disruption. */
function isBudgeted({ metadata, status }: KubeObject): boolean {
  const phase = status?.['phase'];
  return metadata.deletionTimestamp === undefined && phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Pending';
}

function spend(registry: Registry, pod: KubeObject, dryRun: boolean): void {
  const shelf = registry.shelf(resources.poddisruptionbudgets);
  const budgets = [...(shelf?.objects.values(pod.metadata.namespace) ?? [])].filter((budget) => selectorOf(mapOf(budget.spec)['selector'])(pod.metadata.labels ?? {}));
  const [budget, other] = budgets;
  if (other !== undefined) throw new Refusal(500, '', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  if (budget === undefined || shelf === undefined || isFree(pod, budget)) return;
  checkBudget(budget);
  if (!dryRun) registry.put(shelf, { ...budget, status: spent(budget, pod, registry.now()) });
}

/** A pod that is not healthy is not counted: its eviction costs nothing, if the budget lets it go at all. */
function isFree(pod: KubeObject, { spec, status }: KubeObject): boolean {
  if (isReady(pod)) return false;
  if (mapOf(spec)['unhealthyPodEvictionPolicy'] === 'AlwaysAllow') return true;
  const desired = count(status, 'desiredHealthy');
  return desired > 0 && count(status, 'currentHealthy') >= desired;
}

const conditionsOf = (status: unknown): readonly Readonly<Record<string, unknown>>[] => {
  const conditions = mapOf(status)['conditions'];
  return Array.isArray(conditions) ? conditions.filter(isMap) : [];
};

const isReady = ({ status }: KubeObject): boolean => conditionsOf(status).some(({ type, status: value }) => type === 'Ready' && value === 'True');

function count(status: unknown, field: string): number {
  const value = mapOf(status)[field];
  return typeof value === 'number' ? value : 0;
}

function checkBudget({ metadata, status }: KubeObject): void {
  if (count(status, 'observedGeneration') < (metadata.generation ?? 0)) throw tooMany(`The disruption budget ${metadata.name} is still being processed by the server.`, 10);
  const allowed = count(status, 'disruptionsAllowed');
  const about = { group: 'policy', plural: 'poddisruptionbudget' };
  if (allowed < 0) throw forbidden(about, metadata.name, 'pdb disruptions allowed is negative');
  if (Object.keys(mapOf(mapOf(status)['disruptedPods'])).length > 2_000) throw forbidden(about, metadata.name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (allowed === 0) throw tooMany(reasonFor(metadata.name, status), undefined);
}

function reasonFor(name: string, status: unknown): string {
  const condition = conditionsOf(status).find(({ type }) => type === 'DisruptionAllowed');
  const says = condition?.['status'] === 'False' && typeof condition['message'] === 'string' ? condition['message'] : '';
  const reason = typeof condition?.['reason'] === 'string' ? condition['reason'] : '';
  if (says !== '' && reason === 'SyncFailed') return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${says}`;
  const [current, desired] = [count(status, 'currentHealthy'), count(status, 'desiredHealthy')];
  if (current <= desired) return `The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`;
  if (says !== '') return `The disruption budget ${name} does not allow evicting pods currently (${reason}): ${says}`;
  return `The disruption budget ${name} does not allow evicting pods currently`;
}

function tooMany(message: string, retryAfterSeconds: number | undefined): Refusal {
  const causes = [{ reason: 'DisruptionBudget', message, field: '' }] as const;
  return new Refusal(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds === undefined ? { causes } : { causes, retryAfterSeconds });
}

function spent({ status }: KubeObject, pod: KubeObject, now: string): Readonly<Record<string, unknown>> {
  const allowed = count(status, 'disruptionsAllowed') - 1;
  const next = { ...status, disruptionsAllowed: allowed, disruptedPods: { ...mapOf(status?.['disruptedPods']), [pod.metadata.name]: now } };
  if (allowed > 0) return next;
  const none: Condition = { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '', observedGeneration: count(status, 'observedGeneration') };
  return withCondition(next, now, none);
}

/** The pod says why it goes, before it does. */
function markDisrupted(registry: Registry, pod: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  const named = { group: '', plural: 'Pod' };
  const { name, uid: own, resourceVersion: version } = pod.metadata;
  if (uid !== undefined && uid !== own) throw conflict(named, name, `the UID in the precondition (${uid}) does not match the UID in record (${own}). The object might have been deleted and then recreated`);
  if (resourceVersion !== undefined && resourceVersion !== version) throw conflict(named, name, `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${version}). The object might have been modified`);
  const status = withCondition(pod.status ?? {}, registry.now(), { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' });
  if (status !== pod.status) registry.put(registry.must(resources.pods), { ...pod, status });
}
