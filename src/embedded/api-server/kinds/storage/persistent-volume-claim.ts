import { type Fields, field, fields, list, optionalText, text, within } from '../../../../kube/records/fields.ts';
import { parseQuantity } from '../../../../model/quantity.ts';
import type { Column, KindContext } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { forbidden, immutable, invalid, notSupported, required } from '../causes.ts';
import { checkSelector } from '../label-selector.ts';
import { checkAmount } from '../numbers.ts';
import { ageColumn, column, nameColumn, textAt, wide } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';
import { wrongSubdomain } from '../syntax.ts';
import { checkAccessModes, formatAccessModes } from './access-modes.ts';
import { checkPositive, protect } from './persistent-volume.ts';

/** Keeps a claim that a pod uses from being deleted (admission plugin StorageObjectInUseProtection). */
const protection = 'kubernetes.io/pvc-protection';

export const persistentVolumeClaims = builtIn({
  resource: builtInResources.persistentvolumeclaims,
  kind: 'PersistentVolumeClaim',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  subresources: ['status'],
  specDefaults: (spec) => claimSpecDefaults(spec),
  statusDefaults: (status) => ({ phase: 'Pending', ...status }),
  begin: (claim) => ({ ...claim, metadata: protect(claim.metadata, protection) }),
  admit: (operation, claim, context) => (operation === 'create' ? withDefaultClass(claim, context) : claim),
  check: (claim, current) => [...checkClaimSpec(fields(claim.spec), 'spec'), ...(current === undefined ? [] : checkChange(claim, current))],
  fields: ({ metadata }) => ({ name: metadata.name }),
  columns: columns(),
});

export const claimSpecDefaults = (spec: Fields): Fields => (field(spec, 'volumeMode') === undefined ? { ...spec, volumeMode: 'Filesystem' } : spec);

const defaultClass = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** A claim that names no class gets the default one; of several, the newest, then the first by name. */
function withDefaultClass(claim: KubeObject, context: KindContext): KubeObject {
  if (field(fields(claim.spec), 'storageClassName') !== undefined) return claim;
  const classes = [...context.list(builtInResources.storageclasses)].filter(({ metadata }) => defaultClass.some((key) => metadata.annotations?.[key] === 'true'));
  const newest = classes.map(({ metadata }) => metadata).sort((one, other) => compare(other.creationTimestamp, one.creationTimestamp) || compare(one.name, other.name))[0];
  return newest === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName: newest.name } };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const modes = ['Block', 'Filesystem'];

/** The spec of a claim, or of a template for claims. */
export function checkClaimSpec(spec: Fields, path: string): Cause[] {
  const [accessModes, storageClass, mode] = [list(spec, 'accessModes'), text(spec, 'storageClassName'), text(spec, 'volumeMode')];
  const storage = optionalText(within(within(spec, 'resources'), 'requests'), 'storage');
  const at = `${path}.resources[storage]`;
  return [
    ...(accessModes.length === 0 ? [required(`${path}.accessModes`, 'at least 1 access mode is required')] : []),
    ...checkSelector(within(spec, 'selector'), `${path}.selector`),
    ...checkAccessModes(accessModes, `${path}.accessModes`),
    ...(storage === undefined ? [required(at)] : orElse(checkPositive(storage, at), () => checkAmount('storage', storage, at))),
    ...(storageClass === '' ? [] : wrongSubdomain(storageClass).map((problem) => invalid(`${path}.storageClassName`, storageClass, problem))),
    ...(modes.includes(mode) ? [] : [notSupported(`${path}.volumeMode`, mode, modes)]),
  ];
}

const orElse = (first: Cause[], second: () => Cause[]): Cause[] => (first.length > 0 ? first : second());

/** The name of the volume is set once; a bound claim may ask for more; nothing else changes. */
function checkChange(claim: KubeObject, current: KubeObject): Cause[] {
  const [spec, before] = [fields(claim.spec), fields(current.spec)];
  const bound = text(fields(claim.status), 'phase') === 'Bound';
  const [size, sizeBefore] = [sizeOf(spec), sizeOf(before)];
  const mode = field(spec, 'volumeMode');
  const unchanged = same(withoutFree(spec, before, bound), withoutFree(before, before, bound));
  return [
    ...(unchanged ? [] : [forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims')]),
    ...(size < sizeBefore && size <= sizeOfStatus(claim) ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')] : []),
    ...(mode === field(before, 'volumeMode') ? [] : [invalid('volumeMode', mode, immutable)]),
  ];
}

/** Without what may differ from `before`. */
function withoutFree(spec: Fields, before: Fields, bound: boolean): Fields {
  const { volumeName, storageClassName, resources, volumeAttributesClassName, ...rest } = spec;
  const { storage: _, ...others } = within(fields(resources), 'requests');
  return {
    ...rest,
    volumeName: text(before, 'volumeName') === '' ? '' : volumeName,
    storageClassName: field(before, 'storageClassName') === undefined ? '' : storageClassName,
    resources: bound ? { ...fields(resources), requests: others } : resources,
    volumeAttributesClassName: bound ? '' : volumeAttributesClassName,
  };
}

const amountOf = (quantity: string): bigint => parseQuantity(quantity) ?? 0n;
const sizeOf = (spec: Fields): bigint => amountOf(text(within(within(spec, 'resources'), 'requests'), 'storage'));
const sizeOfStatus = ({ status }: KubeObject): bigint => amountOf(text(within(fields(status), 'capacity'), 'storage'));

function columns(): readonly Column[] {
  const phase = textAt(['status', 'phase']);
  const ifBound = (value: (claim: KubeObject) => string) => (claim: KubeObject): string => (text(fields(claim.spec), 'volumeName') === '' ? '' : value(claim));
  return [
    nameColumn,
    column('Status', (claim, now) => (claim.metadata.deletionTimestamp === undefined ? phase(claim, now) : 'Terminating')),
    column('Volume', textAt(['spec', 'volumeName'])),
    column('Capacity', ifBound((claim) => optionalText(within(fields(claim.status), 'capacity'), 'storage') ?? '0')),
    column('Access Modes', ifBound((claim) => formatAccessModes(list(fields(claim.status), 'accessModes')))),
    column('StorageClass', textAt(['spec', 'storageClassName'])),
    column('VolumeAttributesClass', textAt(['spec', 'volumeAttributesClassName'], '<unset>')),
    ageColumn,
    wide('VolumeMode', textAt(['spec', 'volumeMode'], '<unset>')),
  ];
}
