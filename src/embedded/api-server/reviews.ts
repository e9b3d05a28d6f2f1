import { answer } from './answers.ts';
import { asObject, checkType, readBody } from './bodies.ts';
import { isMap } from './json.ts';
import { badRequest, invalid, wrongMethod, wrongValue } from './refusals.ts';
import type { Registry } from './registry.ts';
import type { ResourcePath } from './route.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';

/** Answers who the caller is and whether it may do something (everything); undefined for other paths. */
export function review(registry: Registry, path: ResourcePath, request: ServerRequest): ServerAnswer | undefined {
  if (path.version !== 'v1' || path.name !== undefined) return undefined;
  switch (`${path.group}/${path.plural}`) {
    case 'authorization.k8s.io/selfsubjectaccessreviews':
      return access(request);
    case 'authentication.k8s.io/selfsubjectreviews':
      return self(registry, request);
    default:
      return undefined;
  }
}

function access(request: ServerRequest): ServerAnswer {
  const type = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' };
  const { spec } = read(request, type);
  const asked = isMap(spec) ? ['resourceAttributes', 'nonResourceAttributes'].filter((field) => isMap(spec[field])) : [];
  if (asked.length !== 1) {
    const cause = wrongValue('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified');
    throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', [cause]);
  }
  return answer(201, { ...type, metadata: {}, spec, status: { allowed: true } });
}

function self(registry: Registry, request: ServerRequest): ServerAnswer {
  const type = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };
  read(request, type);
  return answer(201, { ...type, metadata: { creationTimestamp: registry.now() }, status: { userInfo: { username: request.user, groups: ['system:authenticated'] } } });
}

function read(request: ServerRequest, { kind, apiVersion }: { readonly kind: string; readonly apiVersion: string }): Readonly<Record<string, unknown>> {
  if (request.method !== 'POST') throw wrongMethod();
  const value = readBody(request, kind);
  if (value === undefined) throw badRequest(`the object provided is unrecognized (must be of type ${kind}): it is empty`);
  const body = asObject(value, kind);
  checkType(body, { kind, apiVersions: [apiVersion] });
  return body;
}
