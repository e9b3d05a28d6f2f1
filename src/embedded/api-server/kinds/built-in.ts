import type { Resource } from '../../../kube/paths.ts';
import type { Fields } from '../../../kube/records/fields.ts';
import type { Column, Kind, KindContext, Subresource } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Cause, Refusal } from '../refusal.ts';
import { same } from './same.ts';
import { type ShapeName, shapes } from './shapes/index.ts';
import { ShapeMismatch } from './shapes/normalise.ts';

/** A kind that Kubernetes itself brings, by what is special about it. Functions get objects in the shape of the kind. */
export interface BuiltIn {
  readonly resource: Resource;
  readonly kind: ShapeName;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly Subresource[];
  readonly hasGeneration?: boolean;
  /** Fill in what was left out, at creation and at every change: of the spec, of the status, and of what is elsewhere. */
  specDefaults?(spec: Fields): Fields;
  statusDefaults?(status: Fields): Fields;
  defaults?(object: KubeObject): KubeObject;
  /** The last word on a new object, such as its first status. */
  begin?(object: KubeObject, context: KindContext): KubeObject;
  /** The last word on a changed object. */
  change?(object: KubeObject, current: KubeObject, part: 'status' | undefined, context: KindContext): KubeObject;
  /** True where a new object keeps the status that was sent. */
  readonly keepsFirstStatus?: boolean;
  /** True where a change of the status cannot change labels, annotations and the like. */
  readonly statusKeepsMetadata?: boolean;
  readonly check?: Kind['validate'];
  readonly admit?: NonNullable<Kind['admit']>;
  readonly fields?: Kind['fields'];
  readonly gracePeriod?: Kind['gracePeriod'];
  readonly columns: readonly Column[];
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const nothing: readonly Cause[] = [];

export function builtIn(rules: BuiltIn): Kind {
  const { resource, kind, singular, columns, subresources = [], fields = () => ({}) } = rules;
  let selectable: readonly string[] | undefined;
  const hasStatus = subresources.includes('status');
  const read = (sent: KubeObject): KubeObject => complete(rules, decoded(rules, sent));
  return {
    resource, kind, singular, columns, subresources, verbs, fields,
    shortNames: rules.shortNames ?? [],
    categories: rules.categories ?? [],
    hasGeneration: rules.hasGeneration ?? false,
    prepareCreate(sent, context) {
      const made = read(hasStatus && rules.keepsFirstStatus !== true ? without(sent, 'status') : sent);
      return rules.begin?.(made, context) ?? made;
    },
    prepareUpdate(sent, current, part, context) {
      const made = part === 'status' ? withStatus(rules, sent, current) : withRest(hasStatus, sent, current, read);
      return rules.change?.(made, current, part, context) ?? made;
    },
    validate: (object, current, context) => (current !== undefined && object.metadata.uid === current.metadata.uid && same(withoutMetadata(object), withoutMetadata(current)) ? nothing : (rules.check?.(object, current, context) ?? nothing)),
    ...(rules.admit === undefined ? {} : { admit: rules.admit }),
    // Later than now: while modules load, what `fields` needs may not be there yet.
    get selectableFields() {
      return (selectable ??= Object.keys(fields(decoded(rules, emptyObject(rules)))));
    },
    gracePeriod: rules.gracePeriod ?? (() => 0),
    mergeKeys: shapes.mergeKeys(kind),
    strategicPatch: true,
  };
}

export const apiVersionOf = ({ group, version }: Resource): string => (group === '' ? version : `${group}/${version}`);

const emptyObject = ({ resource, kind }: BuiltIn): KubeObject => ({ apiVersion: apiVersionOf(resource), kind, metadata: { name: '', uid: '', resourceVersion: '', creationTimestamp: '' } });

/** As a real server would decode it. Throws a Refusal with code 400 where it could not. */
function decoded({ resource, kind }: BuiltIn, sent: KubeObject): KubeObject {
  try {
    return { apiVersion: apiVersionOf(resource), kind, metadata: sent.metadata, ...shapes.normalise(kind, sent) };
  } catch (error) {
    if (!(error instanceof ShapeMismatch)) throw error;
    throw new Refusal(400, 'BadRequest', `${kind} in version "${resource.version}" cannot be handled as a ${kind}: ${error.message}`);
  }
}

function without(object: KubeObject, name: string): KubeObject {
  const { [name]: _, ...rest } = object;
  return rest as KubeObject;
}

const withoutMetadata = (object: KubeObject): KubeObject => without(object, 'metadata');

function complete({ specDefaults, statusDefaults, defaults }: BuiltIn, object: KubeObject): KubeObject {
  const { spec, status } = object;
  const whole = {
    ...object,
    ...(spec === undefined || specDefaults === undefined ? {} : { spec: specDefaults(spec) }),
    ...(status === undefined || statusDefaults === undefined ? {} : { status: statusDefaults(status) }),
  };
  return defaults === undefined ? whole : defaults(whole);
}

/** The status of what was sent, and the rest of what is there. */
function withStatus(rules: BuiltIn, sent: KubeObject, current: KubeObject): KubeObject {
  const status = decoded(rules, without(sent, 'spec')).status ?? {};
  // Not even there does another UID pass.
  const metadata = rules.statusKeepsMetadata === true ? (sent.metadata.uid === current.metadata.uid ? current.metadata : { ...current.metadata, uid: sent.metadata.uid }) : sent.metadata;
  return { ...current, metadata, status: rules.statusDefaults?.(status) ?? status };
}

/** The other way round. A spec that is the very same one needs no second look. */
function withRest(hasStatus: boolean, sent: KubeObject, current: KubeObject, read: (sent: KubeObject) => KubeObject): KubeObject {
  if (!hasStatus) return read(sent);
  if (sent.spec !== undefined && sent.spec === current.spec) return { ...current, metadata: sent.metadata };
  return { ...read(without(sent, 'status')), status: current.status ?? {} };
}
