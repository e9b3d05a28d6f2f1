import { answer } from './answers.ts';
import { type BookmarkRounds, bookmarkRounds } from './bookmarks.ts';
import { discover } from './discovery.ts';
import { realKind } from './not-modelled.ts';
import { ExpiredToken } from './page-token.ts';
import { openApi } from './open-api.ts';
import { plainPage } from './plain-pages.ts';
import { NoSuchPage, noSuchPage, noSuchPath, notModelled } from './refusals.ts';
import type { Registry, Shelf } from './registry.ts';
import { answerCollection, answerObject, type ResourceRequest } from './resources.ts';
import { review } from './reviews.ts';
import { readPath, type ResourcePath } from './route.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';
import { asRefusal, failure } from './status.ts';
import { binding, subresources } from './subresources.ts';

/** Answers requests; whatever is thrown on the way becomes a Status. */
export function handler(registry: Registry): (request: ServerRequest) => ServerAnswer {
  const rounds = bookmarkRounds(registry);
  return (request) => {
    try {
      return plainPage(request) ?? discover(registry, request) ?? openApi(registry, request) ?? resource(registry, rounds, request);
    } catch (error) {
      return refused(error);
    }
  };
}

function refused(error: unknown): ServerAnswer {
  if (error instanceof NoSuchPage) return { kind: 'text', code: 404, text: '404 page not found\n' };
  const refusal = asRefusal(error);
  const wait = refusal.details?.retryAfterSeconds;
  const status = failure(refusal);
  const body = error instanceof ExpiredToken ? { ...status, metadata: { continue: error.token } } : status;
  return answer(refusal.code, body, wait === undefined ? {} : { 'retry-after': String(wait) });
}

function resource(registry: Registry, rounds: BookmarkRounds, request: ServerRequest): ServerAnswer {
  const path = readPath(request.path);
  if (path === undefined) throw noSuchPage();
  const reviewed = review(registry, path, request);
  if (reviewed !== undefined) return reviewed;
  const shelf = registry.shelf(path);
  if (shelf === undefined || shelf.kind.resource.version !== path.version) return unknownKind(registry, rounds, { path, request });
  // A kind without namespaces is not found in one.
  if (path.namespace !== undefined && !shelf.kind.resource.namespaced) throw noSuchPath();
  return known({ registry, rounds, shelf, path, request });
}

function known(asked: ResourceRequest): ServerAnswer {
  const { shelf, path } = asked;
  if (path.name === undefined) return answerCollection(asked);
  if (path.subresource === undefined) return answerObject(asked, path.name, undefined);
  if (!hasSubresource(shelf, path.subresource)) throw missing(path);
  if (path.subresource === 'status') return answerObject(asked, path.name, 'status');
  if (shelf.kind.resource.namespaced && path.namespace === undefined) throw noSuchPath();
  const answering = subresources[path.subresource];
  if (answering === undefined) throw missing(path);
  return answering(asked, path.name);
}

const hasSubresource = ({ kind, name }: Shelf, subresource: string): boolean => (kind.subresources as readonly string[]).includes(subresource) || (name === 'namespaces' && subresource === 'finalize');

const missing = (path: ResourcePath): Error => {
  const real = realKind(path);
  return real?.includes('/') === true ? notModelled(real) : noSuchPath();
};

function unknownKind(registry: Registry, rounds: BookmarkRounds, { path, request }: Pick<ResourceRequest, 'path' | 'request'>): ServerAnswer {
  const pods = registry.shelf({ group: '', plural: 'pods' });
  // The old way to bind a pod: the name is in the body.
  if (path.group === '' && path.plural === 'bindings' && path.name === undefined && pods !== undefined) return binding({ registry, rounds, shelf: pods, path, request }, undefined);
  const real = registry.shelf(path) === undefined ? realKind(path) : undefined;
  if (real !== undefined) throw notModelled(real);
  const groups = new Set(['', ...[...registry.shelves].map(({ kind }) => kind.resource.group)]);
  throw groups.has(path.group) ? noSuchPath() : noSuchPage();
}
