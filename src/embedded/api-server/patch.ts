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

/** Makes of an object what a patch says; throws when the two do not fit. */
export type Patch = (current: KubeObject) => KubeObject;

/** Reads the patch in a request: 415 for types that the kind does not take, 400 for what is no patch. */
export function readPatch(request: Pick<ServerRequest, 'body' | 'contentType'>, shelf: Shelf): Patch {
  const type = mediaType(request.contentType);
  const { kind } = shelf;
  const accepted = ['application/json-patch+json', 'application/merge-patch+json', ...(kind.strategicPatch ? ['application/strategic-merge-patch+json'] : [])];
  if (type === undefined || !accepted.includes(type)) throw wrongContentType(accepted);
  const value = patchValue(request);
  const apply = reader(type, value, shelf);
  return (current) => checked(apply(current), current, shelf);
}

function patchValue({ body }: Pick<ServerRequest, 'body'>): unknown {
  if (body === undefined) throw badRequest('error decoding patch: unexpected end of JSON input');
  return 'value' in body ? plain(body.value) : parse(body.text, 'error decoding patch');
}

function reader(type: string, value: unknown, { kind }: Shelf): (current: KubeObject) => unknown {
  if (type === 'application/json-patch+json') {
    const operations = readJsonPatch(value);
    return (current) => applyJsonPatch(current, operations);
  }
  if (!isMap(value)) throw badRequest('error decoding patch: it is no JSON object');
  if (type === 'application/merge-patch+json') return (current) => mergePatch(current, value);
  return (current) => strategicPatch(current, value, kind.mergeKeys);
}

/** A patched object still has to be one, and the same one. */
function checked(patched: unknown, current: KubeObject, { kind, apiVersion }: Shelf): KubeObject {
  const unfit = (why: string): never => {
    throw invalid({ group: '', kind: '' }, '', [wrongValue('patch', patched, why)]);
  };
  if (!isMap(patched)) return unfit('it is no object any more');
  const metadata: unknown = patched['metadata'];
  const problem = unreadableMetadata(metadata);
  if (problem !== undefined) return unfit(problem);
  const { name = '', namespace } = mapOf(metadata) as { readonly name?: string; readonly namespace?: string };
  if (patched['kind'] !== kind.kind || patched['apiVersion'] !== apiVersion) {
    throw badRequest(`${String(patched['kind'])} in version ${JSON.stringify(patched['apiVersion'])} cannot be handled as a ${kind.kind}`);
  }
  if (namespace !== current.metadata.namespace && namespace !== undefined && namespace !== '') throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (name !== current.metadata.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${current.metadata.name})`);
  const { metadata: _metadata, ...rest } = patched;
  return { ...adopt(rest, kind.strategicPatch), metadata } as KubeObject;
}
