import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { closedPhases, type DisplacedPod, type EvidenceClass, type EvidenceItem, type FenceCommand, type FenceCondition, type NodeFenceSpec, type NodeFenceStatus, openPhases, type TimelineEntry } from '../../src/model/nodefence.ts';

/*
 * The CRD and src/model/nodefence.ts are one shape written twice. A field that only the model has would be dropped by
 * the API server without a word; one that only the CRD requires would make it refuse the record.
 */

interface Schema {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly format?: string;
}

const crd = parse(readFileSync(join(import.meta.dirname, '../../manifests/base/crd.yaml'), 'utf8')) as { spec: { versions: { schema: { openAPIV3Schema: Schema } }[] } };
const root = crd.spec.versions[0]?.schema.openAPIV3Schema;

/** `status.evidence.items[]` → its schema. */
function at(path: string): Schema {
  let schema = root;
  for (const step of path.split('.')) {
    schema = schema?.properties?.[step.replace('[]', '')];
    if (step.endsWith('[]')) schema = schema?.items;
  }
  if (schema === undefined) throw new Error(`The CRD has no ${path}`);
  return schema;
}

/** The compiler refuses a table that forgets a field of the model, or calls an optional one required. */
type Fields<T> = { readonly [K in keyof Required<T>]: undefined extends T[K] ? 'optional' : T extends Record<K, T[K]> ? 'required' : 'optional' };

const spec: Fields<NodeFenceSpec> = {
  nodeName: 'required', nodeUID: 'required', bootID: 'required', machineID: 'required', attempt: 'required', reason: 'required', requestedBy: 'required',
  method: 'optional', confirmedOff: 'optional', cancelled: 'optional',
};
const status: Fields<NodeFenceStatus> = {
  phase: 'required', reason: 'required', conditions: 'required', evidence: 'required', level: 'required', leaderEpoch: 'required', policy: 'required', identity: 'required',
  before: 'required', displaced: 'required', timeline: 'required', message: 'optional', command: 'optional', powerOn: 'optional', lastError: 'optional', nodeDeleted: 'optional', returnedUID: 'optional',
};
const command: Fields<FenceCommand> = { action: 'required', method: 'required', by: 'required', epoch: 'required', at: 'required', limit: 'required', outcome: 'required', note: 'optional', tries: 'optional' };
const condition: Fields<FenceCondition> = { type: 'required', status: 'required', reason: 'required', message: 'required', lastTransitionTime: 'required' };
const item: Fields<EvidenceItem> = { at: 'required', source: 'required', says: 'required' };
const pod: Fields<DisplacedPod> = { namespace: 'required', name: 'required', uid: 'required', volumes: 'required', owner: 'optional' };
const entry: Fields<TimelineEntry> = { time: 'required', step: 'required', outcome: 'required', note: 'optional' };
const identity: Fields<NodeFenceStatus['identity']> = { systemUUID: 'required', machineID: 'required', leaseRenewTime: 'required' };

it.each<{ path: string; fields: Readonly<Record<string, 'required' | 'optional'>> }>([
  { path: 'spec', fields: spec },
  { path: 'status', fields: status },
  { path: 'status.command', fields: command },
  { path: 'status.powerOn', fields: command },
  { path: 'status.conditions[]', fields: condition },
  { path: 'status.evidence.items[]', fields: item },
  { path: 'status.displaced[]', fields: pod },
  { path: 'status.timeline[]', fields: entry },
  { path: 'status.identity', fields: identity },
])('$path has the fields of the model', ({ path, fields }) => {
  const schema = at(path);
  expect(Object.keys(schema.properties ?? {}).sort()).toEqual(Object.keys(fields).sort());
  expect([...(schema.required ?? [])].sort()).toEqual(Object.keys(fields).filter((name) => fields[name] === 'required').sort());
});

const words = <T extends string>(all: Readonly<Record<T, true>>): string[] => Object.keys(all).sort();

it.each([
  { path: 'status.phase', all: [...openPhases, ...closedPhases].sort() },
  { path: 'status.evidence.class', all: words<EvidenceClass>({ none: true, claimed: true, rebooted: true, off: true }) },
  { path: 'status.command.action', all: words<FenceCommand['action']>({ reboot: true, off: true, on: true }) },
  { path: 'status.command.outcome', all: words<FenceCommand['outcome']>({ intended: true, claimed: true, failed: true, timedOut: true, unknown: true }) },
  { path: 'status.conditions[].type', all: words<FenceCondition['type']>({ Fenced: true, VolumesReleased: true, NodeReturned: true, Succeeded: true }) },
])('$path knows the words of the model', ({ path, all }) => {
  // Unquoted, YAML 1.1 reads on and off as booleans.
  expect([...(at(path).enum ?? [])].sort()).toEqual(all);
});

it('bounds everything that can grow: the API server refuses a record of 1.5 MB', () => {
  expect(unbounded(root ?? {}, '').filter((path) => path !== '.apiVersion' && path !== '.kind')).toEqual([]);
});

function unbounded(schema: Schema, path: string): string[] {
  const here =
    (schema.type === 'string' && schema.maxLength === undefined && schema.enum === undefined && schema.format !== 'date-time') ||
    (schema.type === 'array' && schema.maxItems === undefined) ||
    (schema.additionalProperties !== undefined && schema.maxProperties === undefined);
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => unbounded(child, `${path}.${name}`));
  return [...(here ? [path] : []), ...below, ...(schema.items === undefined ? [] : unbounded(schema.items, `${path}[]`))];
}
