import { answer } from './answers.ts';
import { objectPathOf } from './route.ts';
import type { Registry, Shelf } from './registry.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';

/**
 * As much of OpenAPI v3 as kubectl asks for before it creates or changes something: that PATCH takes `fieldValidation`, so
 * that it leaves the checking to the server. No schemas. Undefined for other paths.
 */
export function openApi(registry: Registry, { path, method }: ServerRequest): ServerAnswer | undefined {
  if (method !== 'GET' || !path.startsWith('/openapi/v3')) return undefined;
  const wanted = path.slice('/openapi/v3'.length).replace(/^\//u, '');
  const shelves = [...registry.shelves];
  if (wanted === '') return answer(200, { paths: Object.fromEntries(shelves.map((shelf) => [rootOf(shelf), { serverRelativeURL: `/openapi/v3/${rootOf(shelf)}` }])) });
  const found = shelves.filter((shelf) => rootOf(shelf) === wanted);
  if (found.length === 0) return undefined;
  return answer(200, { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.36.3' }, paths: Object.fromEntries(found.map((shelf) => [objectPathOf(shelf.kind.resource), { patch: patchOf(shelf) }])) });
}

const rootOf = ({ apiVersion, kind }: Shelf): string => (kind.resource.group === '' ? `api/${apiVersion}` : `apis/${apiVersion}`);

function patchOf({ kind }: Shelf): object {
  const { group, version } = kind.resource;
  return {
    parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind: kind.kind },
  };
}
