import { type Cause, Refusal, type RefusalDetails } from './refusal.ts';

/** How a kind is named in refusals: `pods`, `leases.coordination.k8s.io`. */
export interface Named {
  readonly group: string;
  readonly plural: string;
}

export const qualified = ({ group, plural }: Named): string => (group === '' ? plural : `${plural}.${group}`);

const about = ({ group, plural }: Named, name: string): RefusalDetails => ({ name, ...(group === '' ? {} : { group }), kind: plural });

export const notFound = (resource: Named, name: string): Refusal =>
  new Refusal(404, 'NotFound', `${qualified(resource)} "${name}" not found`, about(resource, name));

/** A path that nobody serves. */
export const noSuchPath = (): Refusal => new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (resource: Named, name: string, beingDeleted = false): Refusal =>
  new Refusal(409, 'AlreadyExists', `${beingDeleted ? 'object is being deleted: ' : ''}${qualified(resource)} "${name}" already exists`, about(resource, name));

export const conflict = (resource: Named, name: string, why: string): Refusal =>
  new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`, about(resource, name));

export const staleVersion = (resource: Named, name: string): Refusal =>
  conflict(resource, name, 'the object has been modified; please apply your changes to the latest version and try again');

export const badRequest = (why: string): Refusal => new Refusal(400, 'BadRequest', why);

export const forbidden = (resource: Named, name: string, why: string): Refusal =>
  new Refusal(403, 'Forbidden', `${qualified(resource)} "${name}" is forbidden: ${why}`, about(resource, name));

/** 422 with one cause for each field that is wrong. */
export function invalid(kind: { readonly group: string; readonly kind: string }, name: string, causes: readonly Cause[]): Refusal {
  const texts = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const title = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const details = { ...(name === '' ? {} : { name }), ...(kind.group === '' ? {} : { group: kind.group }), ...(kind.kind === '' ? {} : { kind: kind.kind }), causes };
  return new Refusal(422, 'Invalid', `${title} "${name}" is invalid: ${all}`, details);
}

/** 422 for a patch that fits nothing: what a real server says then names no object. */
export const unprocessable = (): Refusal => new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

/** The message is Kubernetes' own wording of a field error, with the value as JSON. */
export const wrongValue = (field: string, value: unknown, why: string): Cause => ({ reason: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` });
export const required = (field: string, why: string): Cause => ({ reason: 'FieldValueRequired', field, message: `Required value${why === '' ? '' : `: ${why}`}` });
export const notAllowed = (field: string, why: string): Cause => ({ reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` });
export const notSupported = (field: string, value: unknown, values: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${values.map((each) => JSON.stringify(each)).join(', ')}`,
});

/** For a path that is served, but not with this HTTP method. */
export const wrongMethod = (): Refusal => new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export const wrongContentType = (accepted: readonly string[]): Refusal =>
  new Refusal(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`);

export const notAcceptable = (): Refusal => new Refusal(406, 'NotAcceptable', 'only the following media types are accepted: application/json');

export const expired = (message: string): Refusal => new Refusal(410, 'Expired', message);

/** 501: a kind, or a part of one, that Kubernetes has and this server has not. */
export const notModelled = (what: string): Refusal => new Refusal(501, 'NotImplemented', `${what} is not modelled by this server (docs/embedded-cluster.md lists what is)`);

export const internal = (why: string): Refusal => new Refusal(500, 'InternalError', `Internal error occurred: ${why}`);

/** 500 without a reason: what a real server answers where it did not think of the case. */
export const plainError = (why: string): Refusal => new Refusal(500, '', why);

/** A path that no part of the server knows: answered with a text instead of a Status, as a real server does. */
export class NoSuchPage extends Error {}

export const noSuchPage = (): NoSuchPage => new NoSuchPage('404 page not found');
