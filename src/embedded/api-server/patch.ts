import { mediaType, parse } from './bodies.ts';
import { adopt, isMap, mapOf, plain } from './json.ts';
import { applyJsonPatch, readJsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { unreadableMetadata } from './metadata.ts';
import type { KubeObject } from './object.ts';
import { badRequest, invalid, wrongContentType, wrongValue } from './refusals.ts';
import type { Shelf } from './registry.ts';
import type { ServerRequest } from './server.ts';
import { strategicPatch } from './strategic-patch.ts';

/** A patch as it was sent, and the kind whose rules for lists hold. */
export interface PatchRequest {
  readonly type: string;
  readonly body: ServerRequest['body'];
  readonly shelf: Shelf;
}

/** The patch in a request: 415 for types that the kind does not take; what is no patch at all is refused with 400 when it is applied. */
export function readPatch({ body, contentType }: Pick<ServerRequest, 'body' | 'contentType'>, shelf: Shelf): PatchRequest {
  const type = mediaType(contentType);
  const accepted = ['application/json-patch+json', 'application/merge-patch+json', ...(shelf.kind.strategicPatch ? ['application/strategic-merge-patch+json'] : [])];
  if (type === undefined || !accepted.includes(type)) throw wrongContentType(accepted);
  return { type, body, shelf };
}

/** The object with the patch applied. Read only now, when there is an object: a patch of something that is not there is 404, whatever it says. */
export function changeOf(request: PatchRequest, current: KubeObject): KubeObject {
  const value = patchValue(request.body);
  return checked(apply(request, value, current), current, request.shelf);
}

function patchValue(body: ServerRequest['body']): unknown {
  if (body === undefined) throw badRequest('error decoding patch: unexpected end of JSON input');
  return 'value' in body ? plain(body.value) : parse(body.text, 'error decoding patch');
}

function apply({ type, shelf }: PatchRequest, value: unknown, current: KubeObject): unknown {
  if (type === 'application/json-patch+json') return applyJsonPatch(current, readJsonPatch(value));
  const strategic = type === 'application/strategic-merge-patch+json';
  if (strategic && value === null) return current;
  if (!isMap(value)) throw badRequest('error decoding patch: it is no JSON object');
  return strategic ? strategicPatch(current, value, shelf.kind.mergeKeys) : mergePatch(current, value);
}

/** A patched object still has to be one, and the same one. */
function checked(patched: unknown, current: KubeObject, { kind }: Shelf): KubeObject {
  const unfit = (why: string): never => {
    throw invalid({ group: '', kind: '' }, '', [wrongValue('patch', patched, why)]);
  };
  if (!isMap(patched)) return unfit('it is no object any more');
  const metadata: unknown = patched['metadata'];
  const problem = metadata === current.metadata ? undefined : unreadableMetadata(metadata);
  if (problem !== undefined) return unfit(problem);
  const { kind: says = current.kind, apiVersion } = patched as { readonly kind?: string; readonly apiVersion?: string };
  if (apiVersion !== undefined && (says !== current.kind || apiVersion !== current.apiVersion)) return unfit(`${says} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${current.kind}`);
  checkIdentity({ apiVersion, ...mapOf(metadata) }, current);
  const { metadata: _metadata, ...rest } = patched;
  return { ...adopt(rest, kind.strategicPatch), metadata } as KubeObject;
}

function checkIdentity({ apiVersion, name = '', namespace = '' }: { readonly apiVersion: string | undefined; readonly name?: string; readonly namespace?: string }, { metadata }: KubeObject): void {
  if (apiVersion === undefined || name === '') throw badRequest(`the name of the object (${metadata.name} based on URL) was undeterminable: name must be provided`);
  if (namespace !== '' && metadata.namespace !== undefined && namespace !== metadata.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (name !== metadata.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${metadata.name})`);
}
