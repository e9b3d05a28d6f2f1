import { type NameRule, wrongLabelValue, wrongName, wrongQualifiedName } from './names.ts';
import type { ObjectMeta, OwnerReference } from './object.ts';
import type { Cause } from './refusal.ts';
import { notAllowed, required, wrongValue } from './refusals.ts';
import type { Traits } from './traits.ts';

/** What is wrong with the metadata of an object; given the current one, only changed parts are looked at again. */
export function validateMetadata(metadata: ObjectMeta, current: ObjectMeta | undefined, { names, qualifiedFinalizers }: Pick<Traits, 'names' | 'qualifiedFinalizers'>): Cause[] {
  if (metadata === current) return [];
  const changed = <T>(part: T | undefined, before: T | undefined, rule: (part: T) => Cause[]): Cause[] => (part === undefined || part === before ? [] : rule(part));
  return [
    ...(current === undefined ? nameCauses(metadata, names) : changeCauses(metadata, current)),
    ...changed(metadata.labels, current?.labels, labelCauses),
    ...changed(metadata.annotations, current?.annotations, annotationCauses),
    ...changed(metadata.ownerReferences, current?.ownerReferences, ownerCauses),
    ...changed(metadata.finalizers, current?.finalizers, finalizerCauses),
    ...changed(metadata.finalizers, current?.finalizers, qualifiedFinalizers ? unqualifiedCauses : () => []),
  ];
}

function nameCauses({ name, generateName }: ObjectMeta, rule: NameRule): Cause[] {
  const causes: Cause[] = [];
  // A prefix may end with a dash: the letters that are added end it well.
  const prefix = generateName === undefined ? undefined : wrongName(generateName.endsWith('-') ? `${generateName}a` : generateName, rule);
  if (prefix !== undefined) causes.push(wrongValue('metadata.generateName', generateName, prefix));
  if (name === '') return [...causes, required('metadata.name', 'name or generateName is required')];
  const problem = wrongName(name, rule);
  return problem === undefined ? causes : [...causes, wrongValue('metadata.name', name, problem)];
}

function changeCauses(metadata: ObjectMeta, current: ObjectMeta): Cause[] {
  const causes: Cause[] = [];
  const fresh = (metadata.finalizers ?? []).filter((each) => current.finalizers?.includes(each) !== true);
  if (current.deletionTimestamp !== undefined && fresh.length > 0) {
    causes.push(notAllowed('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(fresh.sort())}`));
  }
  for (const field of ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (metadata[field] !== current[field]) causes.push(wrongValue(`metadata.${field}`, metadata[field] ?? null, 'field is immutable'));
  }
  return causes;
}

function labelCauses(labels: Readonly<Record<string, string>>): Cause[] {
  const causes: Cause[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const wrongKey = wrongQualifiedName(key);
    if (wrongKey !== undefined) causes.push(wrongValue('metadata.labels', key, wrongKey));
    const wrong = wrongLabelValue(value);
    if (wrong !== undefined) causes.push(wrongValue('metadata.labels', value, wrong));
  }
  return causes;
}

/** Keys and values of all annotations together, in bytes. */
const annotationLimit = 256 * 1024;

function annotationCauses(annotations: Readonly<Record<string, string>>): Cause[] {
  const causes: Cause[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    const wrong = wrongQualifiedName(key.toLowerCase());
    if (wrong !== undefined) causes.push(wrongValue('metadata.annotations', key, wrong));
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > annotationLimit) causes.push({ reason: 'FieldValueTooLong', field: 'metadata.annotations', message: `Too long: may not be more than ${annotationLimit} bytes` });
  return causes;
}

function ownerCauses(owners: readonly OwnerReference[]): Cause[] {
  const field = 'metadata.ownerReferences';
  const causes: Cause[] = [];
  for (const owner of owners) {
    for (const part of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if ((owner[part] ?? '') === '') causes.push(wrongValue(`${field}.${part}`, owner[part] ?? '', part === 'apiVersion' ? 'version must not be empty' : 'must not be empty'));
    }
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') causes.push(wrongValue(field, owner, '/v1, Kind=Event is disallowed from being an owner'));
  }
  const [first, ...others] = owners.filter(({ controller }) => controller === true);
  for (const other of others) {
    causes.push(wrongValue(field, owners, `Only one reference can have Controller set to true. Found "true" in references for ${first?.kind}/${first?.name} and ${other.kind}/${other.name}`));
  }
  return causes;
}

function finalizerCauses(finalizers: readonly string[]): Cause[] {
  const field = 'metadata.finalizers';
  const causes = finalizers.flatMap((each) => {
    const wrong = wrongQualifiedName(each);
    return wrong === undefined ? [] : [wrongValue(field, each, wrong)];
  });
  // Who owns dependents can let them go or take them along, not both.
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) causes.push(wrongValue(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return causes;
}

function unqualifiedCauses(finalizers: readonly string[]): Cause[] {
  return finalizers.flatMap((each, index) =>
    each.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(each) ? [] : [wrongValue(`metadata.finalizers[${index}]`, each, 'name is neither a standard finalizer name nor is it fully qualified')],
  );
}
