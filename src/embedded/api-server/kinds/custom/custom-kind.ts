import { type Fields, field, fields, flag, list, text, within } from '../../../../kube/records/fields.ts';
import type { Kind, Subresource } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { apiVersionOf } from '../built-in.ts';
import { invalid } from '../causes.ts';
import { checkSchema } from './check-schema.ts';
import { customColumns } from './columns.ts';
import { type Path, follow, readPath } from './paths.ts';
import { prune } from './prune.ts';
import { checkRules, hasRules } from './rules.ts';
import { type Schema, readSchema } from './schema.ts';

/** The kinds that a CustomResourceDefinition makes: one for each version that is served, in its order. */
export function customKind(definition: KubeObject): Kind[] {
  const spec = fields(definition.spec);
  return list(spec, 'versions').map(fields).filter((version) => flag(version, 'served')).map((version) => kindOf(spec, version));
}

function kindOf(spec: Fields, version: Fields): Kind {
  const names = within(spec, 'names');
  const resource = { group: text(spec, 'group'), version: text(version, 'name'), plural: text(names, 'plural'), namespaced: text(spec, 'scope') === 'Namespaced' };
  const schema = readSchema(within(version, 'schema')['openAPIV3Schema']);
  const asks = hasRules(schema);
  const subresources = (['status', 'scale'] satisfies Subresource[]).filter((name) => field(within(version, 'subresources'), name) !== undefined);
  const selectable = list(version, 'selectableFields').map((each) => text(fields(each), 'jsonPath')).map((path) => [path.replace(/^\./u, ''), readPath(path) ?? []] as const);
  const read = (sent: KubeObject): KubeObject => ({ ...prune(sent, schema), apiVersion: apiVersionOf(resource), kind: text(names, 'kind') });
  return {
    resource,
    kind: text(names, 'kind'),
    singular: text(names, 'singular') || text(names, 'kind').toLowerCase(),
    shortNames: list(names, 'shortNames').map(String),
    categories: list(names, 'categories').map(String),
    subresources,
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    hasGeneration: true,
    prepareCreate: (sent) => read(subresources.includes('status') ? without(sent, 'status') : sent),
    prepareUpdate: (sent, current, part) => update(subresources.includes('status'), read(sent), current, part),
    validate: (object, current) => check({ schema, asks }, object, current),
    fields: (object) => Object.fromEntries(selectable.map(([name, path]) => [name, asText(path, object)])),
    selectableFields: selectable.map(([name]) => name),
    gracePeriod: () => 0,
    mergeKeys: {},
    strategicPatch: false,
    columns: customColumns(list(version, 'additionalPrinterColumns').map(fields)),
  };
}

function without(object: KubeObject, name: string): KubeObject {
  const { [name]: _, ...rest } = object;
  return rest as KubeObject;
}

/** With a status subresource, each way changes its own part only, and that of the status no metadata. */
function update(hasStatus: boolean, sent: KubeObject, current: KubeObject, part: 'status' | undefined): KubeObject {
  if (!hasStatus) return sent;
  const [from, rest] = part === 'status' ? [sent, current] : [current, sent];
  return from.status === undefined ? without(rest, 'status') : { ...rest, status: from.status };
}

/** A real server does not ask the rules about an object whose shape is wrong. */
const blocking = new Set<Cause['reason']>(['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid']);

function check({ schema, asks }: { schema: Schema; asks: boolean }, object: KubeObject, current: KubeObject | undefined): readonly Cause[] {
  const before = current === undefined ? undefined : withoutMetadata(current);
  const causes = current !== undefined && object.spec === current.spec ? checkStatus(schema, object, current) : checkSchema(withoutMetadata(object), schema, '', before);
  if (!asks) return causes;
  if (causes.some(({ reason }) => blocking.has(reason))) return [...causes, invalid('<nil>', null, notAsked)];
  return [...causes, ...checkRules(withoutMetadata(object), schema, '', before)];
}

const notAsked = 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** Where only the status changes a real server looks at it alone, and names what is within it without its prefix. */
function checkStatus(schema: Schema, object: KubeObject, current: KubeObject): readonly Cause[] {
  const inner = schema.properties.get('status');
  if (inner === undefined || object.status === undefined) return [];
  return checkSchema(object.status, inner, '', current.status).map((cause) => ({ ...cause, field: ['', '<nil>'].includes(cause.field) ? 'status' : `status.${cause.field}` }));
}

/** The server itself looks at the metadata. */
const withoutMetadata = (object: KubeObject): object => without(object, 'metadata');

function asText(path: Path, object: KubeObject): string {
  const value = follow(path, object);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
