import type { Resource } from '../../../../../kube/paths.ts';
import { builtInResources } from '../../resources.ts';
import { type Body, casesOf } from '../case.ts';

const rule = (text: string, message: string): object => ({ rule: text, message });

const spec = {
  type: 'object',
  required: ['name'],
  'x-kubernetes-validations': [
    rule('has(self.method) == has(oldSelf.method)', 'method is immutable'),
    rule('!(has(oldSelf.cancelled) && oldSelf.cancelled) || (has(self.cancelled) && self.cancelled)', 'what is cancelled stays cancelled'),
  ],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 10, pattern: '^[a-z]*$', 'x-kubernetes-validations': [rule('self == oldSelf', 'name is immutable')] },
    method: { type: 'string' },
    cancelled: { type: 'boolean' },
    confirmed: {
      type: 'object',
      required: ['at', 'expires'],
      'x-kubernetes-validations': [rule('self.expires > self.at', 'expires must be later than at'), rule("self.expires <= self.at + duration('24h')", 'expires must be within 24 h of at')],
      properties: { at: { type: 'string', format: 'date-time' }, expires: { type: 'string', format: 'date-time' } },
    },
    count: { type: 'integer', format: 'int32', minimum: 0, default: 5 },
    nothing: { type: 'string', nullable: true },
    either: { 'x-kubernetes-int-or-string': true },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    map: { type: 'object', maxProperties: 2, additionalProperties: { type: 'integer' } },
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    list: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'object', required: ['key'], properties: { key: { type: 'string' }, value: { type: 'integer', default: 1 } } } },
    deep: { type: 'object', default: {}, properties: { flag: { type: 'boolean', default: true } } },
    share: { type: 'number', minimum: 1, exclusiveMinimum: true },
  },
};

const status = {
  type: 'object',
  required: ['phase'],
  'x-kubernetes-validations': [rule('!(oldSelf.phase in ["Done", "Lost"]) || self.phase == oldSelf.phase', 'what is closed does not open again')],
  properties: {
    phase: { type: 'string', enum: ['Open', 'Done', 'Lost'] },
    at: { type: 'string', format: 'date-time' },
    count: { type: 'integer', format: 'int64', minimum: 0 },
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: { type: 'object', required: ['type', 'status'], properties: { type: { type: 'string' }, status: { type: 'string', enum: ['True', 'False'] } } },
    },
  },
};

const version = {
  name: 'v1',
  served: true,
  storage: true,
  subresources: { status: {} },
  selectableFields: [{ jsonPath: '.spec.name' }],
  additionalPrinterColumns: [
    { name: 'Thing', type: 'string', jsonPath: '.spec.name' }, { name: 'Count', type: 'integer', jsonPath: '.spec.count', priority: 1 }, { name: 'Share', type: 'number', jsonPath: '.spec.share' },
    { name: 'Cancelled', type: 'boolean', jsonPath: '.spec.cancelled' }, { name: 'Happy', type: 'string', jsonPath: '.status.conditions[?(@.type=="Happy")].status' },
    { name: 'Map', type: 'string', jsonPath: '.spec.map' }, { name: 'At', type: 'date', jsonPath: '.status.at' }, { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status } } },
};

/** A kind that has what ours have, and some more. */
export const definition: Body = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com' },
  spec: { group: 'example.com', scope: 'Namespaced', names: { kind: 'Thing', plural: 'things', shortNames: ['th'] }, versions: [version] },
};

const other = (plural: string, change: object): Body => ({ ...definition, metadata: { name: `${plural}.example.com` }, spec: { ...(definition['spec'] as object), names: { kind: 'Other', plural }, ...change } });
const versions = (change: object): object => ({ versions: [{ ...version, ...change }] });

export const definitionCases = casesOf(builtInResources.customresourcedefinitions, [
  ['a name that is not that of its kind', { ...other('others', {}), metadata: { name: 'x.y' } }],
  ['a group without a dot', { ...other('others', { group: 'example' }), metadata: { name: 'others.example' } }],
  ['an unknown scope', other('others', { scope: 'x' })],
  ['a kind named like its list', other('others', { names: { plural: 'others', kind: 'Other_', listKind: 'Other_' } })],
  ['wrong columns', other('others', versions({ additionalPrinterColumns: [{ name: '', type: 'x', jsonPath: '' }, { name: 'a', jsonPath: '.a' }, { name: 'a', type: 'string', jsonPath: 'a b' }] }))],
  ['wrong selectable fields', other('others', versions({ selectableFields: [{ jsonPath: '.metadata.name' }, { jsonPath: '.spec.name' }, { jsonPath: '.spec.name' }, { jsonPath: '' }] }))],
  ['two versions of one name', other('others', { versions: [version, { ...version, storage: false, schema: { openAPIV3Schema: { type: 'object' } }, selectableFields: [], additionalPrinterColumns: [], subresources: {} }] })],
]);

export const things: Resource = { group: 'example.com', version: 'v1', plural: 'things', namespaced: true };

const aThing = (own: object): Body => ({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: '', namespace: 'default' }, spec: { name: 'a', ...own } });

export const customCases = casesOf(things, [
  [
    'a thing', { ...aThing({ unknown: 1, method: null, nothing: null, either: 'x', set: ['a'], map: { x: 1 }, open: { z: 1 }, list: [{ key: 'x' }], share: 1.5 }), status: { phase: 'Done' } },
    ['object', { spec: { name: 'b' } }],
    ['object', { spec: { name: 'A', method: 'x' } }],
    ['object', { spec: { cancelled: true } }],
    ['object', { spec: { cancelled: false } }],
    ['object', { spec: { cancelled: null } }],
    ['object', { spec: { confirmed: { at: '2026-01-01T00:00:00Z', expires: '2026-01-01T00:00:00Z' } } }],
    ['object', { spec: { confirmed: { at: '2026-01-01T00:00:00Z', expires: '2026-01-03T00:00:00Z' } } }],
    ['object', { spec: { confirmed: { at: '2026-01-01T00:00:00+02:00', expires: '2026-01-01T00:00:00Z' } } }],
    ['object', { spec: { set: ['a', 'a', 'b', 'b'] } }],
    ['object', { spec: { share: 1 } }],
    ['object', { spec: { list: [] } }],
    ['object', { spec: { list: [{}, { key: 'a' }, { key: 'b' }] } }],
    ['object', { spec: { map: { y: 'z' } } }],
    ['object', { spec: { map: { a: 1, b: 2 } } }],
    ['object', { spec: { either: 1.5 } }],
    ['object', { spec: { count: 'x', set: 'y', open: [] } }],
    ['object', { spec: { count: 3_000_000_000 } }],
    ['object', { spec: { count: 1.5 } }],
    ['object', { spec: { name: 'a'.repeat(11) } }],
    ['status', { status: { phase: 'Nope' } }],
    ['status', { status: { count: 1 } }],
    ['status', { metadata: { labels: { a: 'b' } }, spec: { name: 'z' }, status: { phase: 'Open', at: '2026-01-01T00:00:00Z', conditions: [{ type: 'Happy', status: 'True' }] } }],
    ['status', { status: { count: -1, at: 'x' } }],
    ['status', { status: { count: 1.5 } }],
    ['status', { status: { conditions: [{ type: 'Happy', status: 'True' }, { type: 'Happy', status: 'False' }] } }],
    ['status', { status: { phase: 'Done' } }],
    ['status', { status: { phase: 'Open' } }],
    ['object', { spec: { deep: { flag: false } } }],
    ['status', { status: null }],
  ],
  ['a thing without a spec', { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: '', namespace: 'default' } }],
  ['a thing that is wrong', aThing({ name: '', count: -1, confirmed: { at: 'x' } })],
  ['a thing of other types', aThing({ name: 1, cancelled: 'no', list: [1] })],
  ['a thing that confirms for too long', aThing({ confirmed: { at: '2026-01-01T00:00:00Z', expires: '2026-01-05T00:00:00Z' } })],
]);
