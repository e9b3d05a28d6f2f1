import { type Fields, field, fields, list, optionalText, text, textMap, within } from '../../../../kube/records/fields.ts';
import type { Column, KindContext } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { forbidden, immutable, invalid, notSupported, required } from '../causes.ts';
import { checkAmount } from '../numbers.ts';
import { ageColumn, column, nameColumn, textAt, wide } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';
import { wrongSubdomain } from '../syntax.ts';
import { checkAccessModes, formatAccessModes } from './access-modes.ts';
import { checkDriverName } from './driver-name.ts';

/** Keeps a volume that is bound from being deleted (admission plugin StorageObjectInUseProtection). */
const protection = 'kubernetes.io/pv-protection';

export const persistentVolumes = builtIn({
  resource: builtInResources.persistentvolumes,
  kind: 'PersistentVolume',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  subresources: ['status'],
  specDefaults: (spec) => ({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', ...spec }),
  begin: (volume, { now }) => ({ ...volume, metadata: protect(volume.metadata, protection), status: { phase: 'Pending', lastPhaseTransitionTime: now } }),
  change: withTransitionTime,
  check: (volume, current) => [...checkVolumeSpec(fields(volume.spec), 'spec'), ...(current === undefined ? [] : checkChange(fields(volume.spec), fields(current.spec)))],
  fields: ({ metadata }) => ({ name: metadata.name }),
  columns: columns(),
});

/** With this finalizer. */
export function protect(metadata: KubeObject['metadata'], finalizer: string): KubeObject['metadata'] {
  const there = metadata.finalizers ?? [];
  return there.includes(finalizer) ? metadata : { ...metadata, finalizers: [...there, finalizer] };
}

function withTransitionTime(volume: KubeObject, current: KubeObject, part: 'status' | undefined, { now }: KindContext): KubeObject {
  if (part !== 'status') return volume;
  const [status, before] = [fields(volume.status), fields(current.status)];
  const [time, timeBefore] = [field(status, 'lastPhaseTransitionTime'), field(before, 'lastPhaseTransitionTime')];
  if (time !== undefined && time !== timeBefore) return volume;
  const moved = text(status, 'phase') !== text(before, 'phase');
  return { ...volume, status: { ...status, ...(moved ? { lastPhaseTransitionTime: now } : timeBefore === undefined ? {} : { lastPhaseTransitionTime: timeBefore }) } };
}

const policies = ['Delete', 'Recycle', 'Retain'];
const modes = ['Block', 'Filesystem'];

/** Everything in the spec that says what the volume is, and not how it is used. */
const otherFields = new Set(['capacity', 'accessModes', 'claimRef', 'persistentVolumeReclaimPolicy', 'storageClassName', 'mountOptions', 'volumeMode', 'nodeAffinity', 'volumeAttributesClassName']);
const sourceOf = (spec: Fields): Fields => Object.fromEntries(Object.entries(spec).filter(([name]) => !otherFields.has(name)));

function checkVolumeSpec(spec: Fields, path: string): Cause[] {
  const [accessModes, policy, mode, storageClass] = [list(spec, 'accessModes'), text(spec, 'persistentVolumeReclaimPolicy'), text(spec, 'volumeMode'), text(spec, 'storageClassName')];
  return [
    ...(accessModes.length === 0 ? [required(`${path}.accessModes`)] : []),
    ...checkAccessModes(accessModes, `${path}.accessModes`),
    ...checkCapacity(textMap(spec, 'capacity'), `${path}.capacity`),
    ...(policies.includes(policy) ? [] : [notSupported(`${path}.persistentVolumeReclaimPolicy`, policy, policies)]),
    ...checkAffinity(spec, path),
    ...checkSource(sourceOf(spec), path),
    ...(storageClass === '' ? [] : wrongSubdomain(storageClass).map((problem) => invalid(`${path}.storageClassName`, storageClass, problem))),
    ...(modes.includes(mode) ? [] : [notSupported(`${path}.volumeMode`, mode, modes)]),
  ];
}

function checkCapacity(capacity: Readonly<Record<string, string>>, path: string): Cause[] {
  const names = Object.keys(capacity);
  return [
    ...(names.length === 0 ? [required(path)] : []),
    ...(names.length === 1 && names[0] === 'storage' ? [] : [notSupported(path, names.length === 0 ? null : capacity, ['storage'])]),
    ...names.flatMap((name) => [...checkAmount(name, capacity[name], `${path}[${name}]`), ...checkPositive(capacity[name], `${path}[${name}]`)]),
  ];
}

/** More than nothing. Quantities are in their canonical form here, so zero is `0`. */
export const checkPositive = (quantity: string | undefined, path: string): Cause[] => (quantity === '0' || quantity?.startsWith('-') === true ? [invalid(path, quantity, 'must be greater than zero')] : []);

function checkAffinity(spec: Fields, path: string): Cause[] {
  const affinity = field(spec, 'nodeAffinity');
  if (affinity === undefined) return [];
  return field(fields(affinity), 'required') === undefined ? [required(`${path}.nodeAffinity.required`, 'must specify required node constraints')] : [];
}

function checkSource(source: Fields, path: string): Cause[] {
  // CSI is what a real server looks at last.
  const names = Object.keys(source).sort((one, other) => Number(one === 'csi') - Number(other === 'csi'));
  if (names.length === 0) return [required(path, 'must specify a volume type')];
  const csi = within(source, 'csi');
  const own = names[0] !== 'csi' ? [] : [
    ...checkDriverName(text(csi, 'driver'), `${path}.csi.driver`),
    ...(text(csi, 'volumeHandle') === '' ? [required(`${path}.csi.volumeHandle`)] : []),
  ];
  return [...own, ...names.slice(1).map((name) => forbidden(`${path}.${name}`, 'may not specify more than 1 volume type'))];
}

function checkChange(spec: Fields, before: Fields): Cause[] {
  const mode = optionalText(spec, 'volumeMode');
  return [
    ...(same(sourceOf(spec), sourceOf(before)) ? [] : [forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')]),
    ...(mode === optionalText(before, 'volumeMode') ? [] : [invalid('volumeMode', mode, immutable)]),
  ];
}

function columns(): readonly Column[] {
  const claim = ({ spec }: KubeObject): string => {
    const reference = within(fields(spec), 'claimRef');
    return Object.keys(reference).length === 0 ? '' : `${text(reference, 'namespace')}/${text(reference, 'name')}`;
  };
  const phase = textAt(['status', 'phase']);
  return [
    nameColumn,
    column('Capacity', textAt(['spec', 'capacity', 'storage'], '0')),
    column('Access Modes', ({ spec }) => formatAccessModes(list(fields(spec), 'accessModes'))),
    column('Reclaim Policy', textAt(['spec', 'persistentVolumeReclaimPolicy'])),
    column('Status', (volume, now) => (volume.metadata.deletionTimestamp === undefined ? phase(volume, now) : 'Terminating')),
    column('Claim', claim),
    column('StorageClass', textAt(['spec', 'storageClassName'])),
    column('VolumeAttributesClass', textAt(['spec', 'volumeAttributesClassName'], '<unset>')),
    column('Reason', textAt(['status', 'reason'])),
    ageColumn,
    wide('VolumeMode', textAt(['spec', 'volumeMode'], '<unset>')),
  ];
}
