import { asObject, checkType, readBody } from './bodies.ts';
import { isMap, type JsonMap } from './json.ts';
import { readBoolean, readInteger } from './list-options.ts';
import type { Cause } from './refusal.ts';
import { badRequest, invalid, notAllowed, notSupported, wrongValue } from './refusals.ts';
import type { DeleteOptions, ServerRequest } from './server.ts';

/** Reads `dryRun`, and checks the options that create, update and patch share. `of` names them in a refusal. */
export function readDryRun(query: URLSearchParams, of: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'): boolean {
  const dryRun = query.getAll('dryRun');
  const validation = query.get('fieldValidation') ?? '';
  const causes = dryRunCauses(dryRun);
  if ((query.get('fieldManager') ?? '').length > 128) causes.push({ reason: 'FieldValueTooLong', field: 'fieldManager', message: 'Too long: may not be more than 128 bytes' });
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(validation)) causes.push(notSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
  if (of === 'PatchOptions' && query.has('force')) causes.push(notAllowed('force', 'may not be specified for non-apply patch'));
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: of }, '', causes);
  return dryRun.length > 0;
}

const dryRunCauses = (dryRun: readonly string[]): Cause[] => (dryRun.every((each) => each === 'All') ? [] : [notSupported('dryRun', dryRun, ['All'])]);

/** What a deletion asks for, and whether in earnest. */
export interface ReadDeletion {
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
}

/** Reads the options of a DELETE: from its body when there is one, else from its query. */
export function readDeletion(request: Pick<ServerRequest, 'body' | 'contentType' | 'query'>): ReadDeletion {
  const body = readBody(request, 'DeleteOptions');
  return body === undefined ? checkDeletion(fromQuery(request.query)) : deletionOf(body);
}

/** Reads `DeleteOptions` as JSON. */
export function deletionOf(body: unknown): ReadDeletion {
  const sent = asObject(body, 'DeleteOptions');
  const { apiVersion } = sent;
  checkType(sent, { kind: 'DeleteOptions', apiVersions: typeof apiVersion === 'string' ? [apiVersion] : ['v1'] });
  return checkDeletion(sent);
}

const fromQuery = (query: URLSearchParams): JsonMap => ({
  gracePeriodSeconds: readInteger(query, 'gracePeriodSeconds'),
  propagationPolicy: query.get('propagationPolicy') ?? undefined,
  orphanDependents: readBoolean(query, 'orphanDependents'),
  dryRun: query.getAll('dryRun'),
});

function checkDeletion(sent: JsonMap): ReadDeletion {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents } = sent;
  const wrong = Object.entries(shapes).find(([field, isRight]) => sent[field] !== undefined && sent[field] !== null && !isRight(sent[field]));
  if (wrong !== undefined) throw badRequest(`DeleteOptions: ${wrong[0]} has the wrong type`);
  const dryRun = (sent['dryRun'] ?? []) as readonly string[];
  const causes = [...policyCauses(propagationPolicy, orphanDependents), ...dryRunCauses(dryRun)];
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  const { uid, resourceVersion } = (sent['preconditions'] ?? {}) as { uid?: string | null; resourceVersion?: string | null };
  const policy = propagationPolicy ?? (typeof orphanDependents === 'boolean' ? (orphanDependents ? 'Orphan' : 'Background') : undefined);
  const options = {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
    ...(typeof policy === 'string' ? { propagationPolicy: policy as NonNullable<DeleteOptions['propagationPolicy']> } : {}),
  };
  return { options, dryRun: dryRun.length > 0 };
}

function policyCauses(policy: unknown, orphanDependents: unknown): Cause[] {
  const causes: Cause[] = [];
  const both = typeof policy === 'string' && typeof orphanDependents === 'boolean';
  if (both) causes.push(wrongValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'));
  const policies = ['Foreground', 'Background', 'Orphan'];
  if (typeof policy === 'string' && !policies.includes(policy)) causes.push(notSupported('propagationPolicy', policy, [...policies, 'nil']));
  return causes;
}

const isText = (value: unknown): boolean => typeof value === 'string';

const shapes: Readonly<Record<string, (value: unknown) => boolean>> = {
  gracePeriodSeconds: Number.isInteger,
  propagationPolicy: isText,
  orphanDependents: (value) => typeof value === 'boolean',
  dryRun: (value) => Array.isArray(value) && value.every(isText),
  preconditions: (value) => isMap(value) && ['uid', 'resourceVersion'].every((field) => value[field] === undefined || value[field] === null || isText(value[field])),
};
