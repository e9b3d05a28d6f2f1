import { answer } from './answers.ts';
import { assignPod } from './binding.ts';
import { asObject, checkType, readBody } from './bodies.ts';
import { evict } from './eviction.ts';
import { isMap, type JsonMap, mapOf } from './json.ts';
import { unreadableMetadata } from './metadata.ts';
import { readPatch } from './patch.ts';
import { badRequest, plainError, wrongMethod } from './refusals.ts';
import { checkName, type ResourceRequest, writeOf } from './resources.ts';
import { readScale, scaled, scaleOf, scalePatch } from './scale.ts';
import type { ServerAnswer } from './server.ts';
import { success } from './status.ts';
import { deletionOf, readDryRun } from './write-options.ts';
import { find, update } from './write-update.ts';

/** Answers for the subresources that are no part of their object. */
export const subresources: Readonly<Record<string, (asked: ResourceRequest, name: string) => ServerAnswer>> = { binding, eviction, scale, finalize };

/** Binds a pod to a node, as schedulers do. */
export function binding(asked: ResourceRequest, name: string | undefined): ServerAnswer {
  const { registry, request } = asked;
  if (request.method !== 'POST') throw wrongMethod();
  const dryRun = readDryRun(request.query, 'CreateOptions');
  const body = readNamed(asked, { kind: 'Binding', apiVersions: ['v1'] });
  const metadata = mapOf(body['metadata']) as { readonly name?: string; readonly uid?: string; readonly annotations?: Readonly<Record<string, string>>; readonly labels?: Readonly<Record<string, string>> };
  if (name !== undefined && metadata.name !== name) throw badRequest('name in URL does not match name in Binding object');
  const target = mapOf(body['target']);
  if (target['kind'] !== undefined && target['kind'] !== '' && target['kind'] !== 'Node') throw plainError(`target.kind: Unsupported value: ${JSON.stringify(target['kind'])}: supported values: "Node", "<empty>"`);
  const node = target['name'];
  if (typeof node !== 'string' || node === '') throw plainError('target.name: Required value');
  assignPod(registry, { ...writeOf(asked, dryRun), name: metadata.name ?? '', node, uid: metadata.uid, annotations: metadata.annotations, labels: metadata.labels });
  return answer(201, success(undefined, 201));
}

function eviction(asked: ResourceRequest, name: string): ServerAnswer {
  const { registry, request } = asked;
  if (request.method !== 'POST') throw wrongMethod();
  const inQuery = readDryRun(request.query, 'CreateOptions');
  const body = readNamed(asked, { kind: 'Eviction', apiVersions: ['policy/v1', 'policy/v1beta1'] });
  if (mapOf(body['metadata'])['name'] !== name) throw badRequest('name in URL does not match name in Eviction object');
  const { options, dryRun } = deletionOf(body['deleteOptions'] ?? {});
  evict(registry, { ...writeOf(asked, inQuery || dryRun), name, options });
  return answer(201, success(undefined, 201));
}

function readNamed({ path, request }: ResourceRequest, type: { readonly kind: string; readonly apiVersions: readonly string[] }): JsonMap {
  const value = readBody(request, type.kind);
  if (value === undefined) throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`);
  const body = asObject(value, type.kind);
  checkType(body, type);
  const problem = unreadableMetadata(body['metadata']);
  if (problem !== undefined) throw badRequest(`${type.kind} cannot be read: ${problem}`);
  const { namespace } = mapOf(body['metadata']);
  if (namespace !== undefined && namespace !== '' && namespace !== path.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return body;
}

function scale(asked: ResourceRequest, name: string): ServerAnswer {
  const { registry, shelf, path, request } = asked;
  const change = (of: 'UpdateOptions' | 'PatchOptions', make: Parameters<typeof update>[2]['change']): ServerAnswer =>
    answer(200, scaleOf(update(registry, shelf, { ...writeOf(asked, readDryRun(request.query, of)), name, part: undefined, patched: of === 'PatchOptions', change: make })));
  switch (request.method) {
    case 'GET':
      return answer(200, scaleOf(find(shelf, { namespace: path.namespace, name })));
    case 'PUT': {
      const sent = readScale(readBody(request, 'Scale'));
      checkName(shelf, sent, { namespace: path.namespace, name });
      return change('UpdateOptions', (current) => scaled(current, sent));
    }
    case 'PATCH':
      return change('PatchOptions', scalePatch(readPatch(request, shelf)));
    default:
      throw wrongMethod();
  }
}

/** Sets `spec.finalizers` of a namespace: with the last one gone, a namespace that is being taken down is no more. */
function finalize(asked: ResourceRequest, name: string): ServerAnswer {
  const { registry, shelf, request } = asked;
  if (request.method !== 'PUT') throw wrongMethod();
  const body = readNamed(asked, { kind: 'Namespace', apiVersions: ['v1'] });
  const current = find(shelf, { namespace: undefined, name });
  const finalizers = mapOf(body['spec'])['finalizers'];
  const spec = { ...current.spec, finalizers: Array.isArray(finalizers) ? finalizers : [] };
  const held = spec.finalizers.length > 0 || (current.metadata.finalizers ?? []).length > 0;
  if (held || current.metadata.deletionTimestamp === undefined) return answer(200, registry.put(shelf, { ...current, spec }));
  registry.remove(shelf, current);
  const { finalizers: _gone, ...rest } = spec;
  return answer(200, { ...current, spec: isMap(rest) ? rest : {} });
}
