import { field, fields, flag, text, textMap } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { immutable, invalid, notSupported, required, tooLong } from '../causes.ts';
import { ageColumn, column, nameColumn, textAt } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';
import { wrongKey } from '../syntax.ts';

export const storageClasses = builtIn({
  resource: builtInResources.storageclasses,
  kind: 'StorageClass',
  singular: 'storageclass',
  shortNames: ['sc'],
  defaults: (storageClass) => ({ ...storageClass, reclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete', volumeBindingMode: storageClass['volumeBindingMode'] ?? 'Immediate' }),
  check: (storageClass, current) => (current === undefined ? checkNew(storageClass) : checkChange(storageClass, current)),
  columns: [
    { ...nameColumn, value: ({ metadata }) => `${metadata.name}${metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ? ' (default)' : ''}` },
    column('Provisioner', textAt(['provisioner'])), column('ReclaimPolicy', textAt(['reclaimPolicy'])), column('VolumeBindingMode', textAt(['volumeBindingMode'])),
    column('AllowVolumeExpansion', (storageClass) => flag(fields(storageClass), 'allowVolumeExpansion')), ageColumn,
  ],
});

const policies = ['Delete', 'Retain'];
const bindings = ['Immediate', 'WaitForFirstConsumer'];
const mostParameters = 512;
const largestParameters = 256 * 1_024;

function checkNew(storageClass: KubeObject): Cause[] {
  const from = fields(storageClass);
  const [provisioner, policy, binding] = [text(from, 'provisioner'), text(from, 'reclaimPolicy'), text(from, 'volumeBindingMode')];
  return [
    ...(provisioner === '' ? [required('provisioner')] : wrongKey(provisioner.toLowerCase()).map((problem) => invalid('provisioner', provisioner.toLowerCase(), problem))),
    ...checkParameters(textMap(from, 'parameters')),
    ...(policies.includes(policy) ? [] : [notSupported('reclaimPolicy', policy, policies)]),
    ...checkBinding(binding),
  ];
}

const checkBinding = (mode: string): Cause[] => (bindings.includes(mode) ? [] : [notSupported('volumeBindingMode', mode, bindings)]);

function checkParameters(parameters: Readonly<Record<string, string>>): Cause[] {
  const entries = Object.entries(parameters);
  if (entries.length > mostParameters) return [tooLong('parameters', mostParameters)];
  return [
    ...(Object.hasOwn(parameters, '') ? [invalid('parameters', '', 'field can not be empty.')] : []),
    ...(entries.join('').length > largestParameters ? [tooLong('parameters', largestParameters)] : []),
  ];
}

function checkChange(storageClass: KubeObject, current: KubeObject): Cause[] {
  const [from, before] = [fields(storageClass), fields(current)];
  const changed = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].flatMap((name) => (same(field(from, name), field(before, name)) ? [] : [invalid(name, field(from, name), immutable)]));
  return [...changed, ...checkBinding(text(from, 'volumeBindingMode'))];
}
