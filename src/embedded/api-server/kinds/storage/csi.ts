import { type Fields, field, fields, flag, list, text, wholeNumber, within } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { duplicate, immutable, invalid, notSupported, required } from '../causes.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';
import { wrongKey } from '../syntax.ts';
import { checkDriverName } from './driver-name.ts';

export const csiNodes = builtIn({
  resource: builtInResources.csinodes,
  kind: 'CSINode',
  singular: 'csinode',
  check: (node, current) => [...checkDrivers(node), ...(current === undefined ? [] : checkDriversStay(node, current))],
  columns: [nameColumn, column('Drivers', (node) => driversOf(node).length, 'integer'), ageColumn],
});

const driversOf = ({ spec }: KubeObject): readonly Fields[] => list(fields(spec), 'drivers').map(fields);

function checkDrivers(node: KubeObject): Cause[] {
  const names = driversOf(node).map((driver) => text(driver, 'name'));
  return driversOf(node).flatMap((driver, index) => {
    const path = `spec.drivers[${index}]`;
    const name = names[index] ?? '';
    return [...checkDriver(driver, path), ...(names.indexOf(name) < index ? [duplicate(`${path}.name`, name)] : []), ...checkTopology(list(driver, 'topologyKeys'), path)];
  });
}

function checkDriver(driver: Fields, path: string): Cause[] {
  const id = text(driver, 'nodeID');
  const count = wholeNumber(within(driver, 'allocatable'), 'count') ?? 0;
  return [
    ...checkDriverName(text(driver, 'name'), `${path}.name`),
    ...(id === '' ? [required(`${path}.nodeID`)] : []),
    ...(id.length > 256 ? [invalid(`${path}.nodeID`, id, 'must be 256 characters or less')] : []),
    ...(count < 0 ? [invalid(`${path}.allocatable.count`, count, 'must be greater than or equal to 0')] : []),
  ];
}

function checkTopology(keys: readonly unknown[], path: string): Cause[] {
  return keys.flatMap((key, index) => [
    ...(key === '' ? [required(path)] : []),
    ...(keys.indexOf(key) < index ? [duplicate(path, key)] : []),
    ...wrongKey(String(key)).map((problem) => invalid(path, key, problem)),
  ]);
}

/** A driver may come and go; what is said of one that stays does not change, but for how many volumes it takes. */
function checkDriversStay(node: KubeObject, current: KubeObject): Cause[] {
  return driversOf(current).flatMap((before) => {
    const after = driversOf(node).find((driver) => text(driver, 'name') === text(before, 'name'));
    if (after === undefined) return [];
    const [fixed, fixedBefore] = [withoutCount(after), withoutCount(before)];
    return same(fixed, fixedBefore) ? [] : [invalid('spec.drivers', fixed, immutable)];
  });
}

const withoutCount = (driver: Fields): Fields => ({ ...driver, allocatable: undefined });

const usual = { attachRequired: true, podInfoOnMount: false, storageCapacity: false, fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent'], requiresRepublish: false, seLinuxMount: false };

export const csiDrivers = builtIn({
  resource: builtInResources.csidrivers,
  kind: 'CSIDriver',
  singular: 'csidriver',
  specDefaults: (spec) => ({ ...usual, ...spec }),
  check: (driver, current) => [...checkDriverSpec(fields(driver.spec)), ...(current === undefined ? [] : checkDriverStays(fields(driver.spec), fields(current.spec)))],
  columns: [
    nameColumn, ...['attachRequired', 'podInfoOnMount', 'storageCapacity'].map((name) => column(capital(name), ({ spec }) => flag(fields(spec), name), 'boolean')),
    column('TokenRequests', ({ spec }) => list(fields(spec), 'tokenRequests').map((each) => text(fields(each), 'audience')).join(',') || '<unset>'),
    column('RequiresRepublish', ({ spec }) => flag(fields(spec), 'requiresRepublish'), 'boolean'),
    column('Modes', ({ spec }) => list(fields(spec), 'volumeLifecycleModes').join(',') || '<none>'), ageColumn,
  ],
});

function capital(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const modes = ['Persistent', 'Ephemeral'];

function checkDriverSpec(spec: Fields): Cause[] {
  const policy = text(spec, 'fsGroupPolicy');
  return [
    ...(groupPolicies.includes(policy) ? [] : [notSupported('spec.fsGroupPolicy', policy, groupPolicies)]),
    ...list(spec, 'volumeLifecycleModes').flatMap((mode) => (modes.includes(String(mode)) ? [] : [notSupported('spec.volumeLifecycleModes', mode, modes)])),
  ];
}

function checkDriverStays(spec: Fields, before: Fields): Cause[] {
  // The first path is misspelt in Kubernetes, too.
  const fixed = [['attachRequired', 'spec.attachedRequired'], ['volumeLifecycleModes', 'spec.volumeLifecycleModes']] as const;
  return fixed.flatMap(([name, path]) => (same(field(spec, name), field(before, name)) ? [] : [invalid(path, field(spec, name), immutable)]));
}
