import { adopt, isMap, type JsonMap } from './json.ts';
import { unreadableMetadata } from './metadata.ts';
import type { KubeObject } from './object.ts';
import { badRequest, wrongContentType } from './refusals.ts';
import type { Shelf } from './registry.ts';
import type { ServerRequest } from './server.ts';

/** Reads a body as JSON; undefined when there is none. */
export function readBody(request: Pick<ServerRequest, 'body' | 'contentType'>, what: string): unknown {
  const { body } = request;
  if (body === undefined) return undefined;
  if ('value' in body) return body.value;
  if (body.text === '') return undefined;
  const type = mediaType(request.contentType);
  if (type !== undefined && type !== 'application/json') throw wrongContentType(['application/json']);
  return parse(body.text, `the object provided is unrecognized (must be of type ${what})`);
}

/** The JSON value of a text; 400 when it is none. */
export function parse(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`${complaint}: ${error instanceof Error ? error.message : 'invalid JSON'}`);
  }
}

/** `application/json; charset=utf-8` → `application/json`. */
export const mediaType = (contentType: string | undefined): string | undefined => contentType?.split(';', 1)[0]?.trim().toLowerCase();

/** The object of a kind that a body holds: readable, of this kind and version. */
export function readObject(request: Pick<ServerRequest, 'body' | 'contentType'>, { kind, apiVersion }: Shelf): KubeObject {
  const value = readBody(request, kind.kind);
  if (value === undefined) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`);
  const sent = asObject(value, kind.kind);
  // Built-in kinds know what a body without kind means; custom resources have to say it.
  if (!kind.strategicPatch && typeof sent['kind'] !== 'string') throw badRequest(`Object 'Kind' is missing in the body: set kind to ${kind.kind}`);
  if (!kind.strategicPatch && typeof sent['apiVersion'] !== 'string') throw badRequest(`Object 'apiVersion' is missing in the body: set apiVersion to ${apiVersion}`);
  checkType(sent, { kind: kind.kind, apiVersions: [apiVersion] });
  const problem = unreadableMetadata(sent['metadata']);
  if (problem !== undefined) throw badRequest(`${kind.kind} in version "${kind.resource.version}" cannot be handled as a ${kind.kind}: ${problem}`);
  const { metadata, ...rest } = sent;
  return { ...adopt(rest, kind.strategicPatch), metadata: isMap(metadata) ? metadata : {} } as unknown as KubeObject;
}

/** Null is an empty object to Kubernetes' decoders. */
export function asObject(value: unknown, what: string): JsonMap {
  if (value === null) return {};
  if (!isMap(value)) throw badRequest(`the object provided is unrecognized (must be of type ${what}): it is no JSON object`);
  return value;
}

/** Refuses a body that says it is something else. */
export function checkType(sent: JsonMap, wanted: { readonly kind: string; readonly apiVersions: readonly string[] }): void {
  const { kind = wanted.kind, apiVersion = wanted.apiVersions[0] } = sent;
  if (kind !== wanted.kind && kind !== '') throw badRequest(`${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${wanted.kind}`);
  if (apiVersion !== '' && !wanted.apiVersions.includes(apiVersion as string)) {
    throw badRequest(`the API version in the data (${String(apiVersion)}) does not match the expected API version (${wanted.apiVersions[0]})`);
  }
}
