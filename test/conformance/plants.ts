import type { EmbeddedServer, ServerAnswer, ServerRequest } from '../../src/embedded/api-server/server.ts';
import { isMap } from './sequence/resolve.ts';
import type { Plant } from './sides/embedded.ts';

type Handle = EmbeddedServer['handle'];

/** What a plant does with one request: `next` is the honest server. */
type Fault = (request: ServerRequest, next: Handle) => ServerAnswer;

const plant = (fault: Fault): Plant => (server) => {
  const next: Handle = (request) => server.handle(request);
  return { handle: (request) => fault(request, next) };
};

/** Broken rules, each of which conformance has to find. */
export const plants: Readonly<Record<string, Plant>> = {
  'deletes whatever UID was meant': plant((request, next) => next(request.method === 'DELETE' ? changed(request, (body) => ({ ...body, preconditions: undefined })) : request)),
  'takes a stale put': plant((request, next) => {
    const isPut = request.method === 'PUT' && next({ ...request, method: 'GET', body: undefined });
    const current = isPut !== false && isPut.kind === 'object' ? versionOf(isPut.body) : undefined;
    return next(current === undefined ? request : changed(request, (body) => ({ ...body, metadata: { ...(isMap(body['metadata']) ? body['metadata'] : {}), resourceVersion: current } })));
  }),
  'keeps the version when the status changes': plant((request, next) => {
    if (!request.path.endsWith('/status') || request.method === 'GET') return next(request);
    const before = next({ ...request, method: 'GET', body: undefined });
    const after = next(request);
    return before.kind === 'object' && after.kind === 'object' && after.code === 200 && isMap(after.body) && isMap(after.body['metadata'])
      ? { ...after, body: { ...after.body, metadata: { ...after.body['metadata'], resourceVersion: versionOf(before.body) } } }
      : after;
  }),
  'forgets a watch event': plant((request, next) => {
    const answer = next(request);
    if (answer.kind !== 'stream') return answer;
    let count = 0;
    return { kind: 'stream', open: (line, end) => answer.open((text) => {
      count += 1;
      if (count % 5 !== 0) line(text);
    }, end) };
  }),
  'evicts beyond the budget': plant((request, next) => {
    const answer = next(request);
    const isRefused = request.path.endsWith('/eviction') && answer.kind === 'object' && answer.code === 429;
    return isRefused ? next({ ...request, method: 'DELETE', path: request.path.replace(/\/eviction$/u, ''), body: undefined }) : answer;
  }),
  'deletes in spite of finalizers': plant((request, next) => {
    if (request.method === 'DELETE') next({ ...request, method: 'PATCH', contentType: 'application/merge-patch+json', body: { text: '{"metadata":{"finalizers":null}}' } });
    return next(request);
  }),
  'changes labels through the status': plant((request, next) => {
    const answer = next(request);
    if (!request.path.endsWith('/status') || request.contentType !== 'application/merge-patch+json' || answer.kind !== 'object' || answer.code !== 200) return answer;
    next({ ...request, path: request.path.replace(/\/status$/u, '') });
    return next({ ...request, method: 'GET', body: undefined });
  }),
  'begins anew when a continue token is too old': plant((request, next) => {
    const answer = next(request);
    if (answer.kind !== 'object' || answer.code !== 410) return answer;
    const query = new URLSearchParams(request.query);
    query.delete('continue');
    return next({ ...request, query });
  }),
  'merges lists in merge patches': plant((request, next) => next(request.contentType === 'application/merge-patch+json' && !request.path.includes('/evenkeel.dev/') ? { ...request, contentType: 'application/strategic-merge-patch+json' } : request)),
  'takes a second object of a name': plant((request, next) => {
    const answer = next(request);
    return answer.kind === 'object' && answer.code === 409 && request.method === 'POST' ? { ...answer, code: 201 } : answer;
  }),
  'gives pods no time to end': plant((request, next) => next(request.method === 'DELETE' && request.path.includes('/pods/') ? changed(request, (body) => ({ ...body, gracePeriodSeconds: 0 })) : request)),
  'skips the tests of JSON patches': plant((request, next) => {
    if (request.contentType !== 'application/json-patch+json') return next(request);
    const steps = parsed(request);
    return next(Array.isArray(steps) ? { ...request, body: { text: JSON.stringify(steps.filter((step) => !isMap(step) || step['op'] !== 'test')) } } : request);
  }),
  'knows no unequal in selectors': plant((request, next) => {
    const query = new URLSearchParams(request.query);
    const selector = query.get('labelSelector');
    if (selector !== null) query.set('labelSelector', selector.split(',').filter((term) => !term.includes('!=')).join(','));
    return next({ ...request, query });
  }),
};

function changed(request: ServerRequest, change: (body: Record<string, unknown>) => object): ServerRequest {
  const body = parsed(request);
  return request.body !== undefined && !isMap(body) ? request : { ...request, body: { text: JSON.stringify(change(isMap(body) ? body : {})) } };
}

function parsed({ body }: ServerRequest): unknown {
  if (body === undefined || !('text' in body)) return undefined;
  try {
    return JSON.parse(body.text);
  } catch {
    return undefined;
  }
}

const versionOf = (object: unknown): string | undefined => (isMap(object) && isMap(object['metadata']) ? (object['metadata']['resourceVersion'] as string | undefined) : undefined);
