import { answer } from './answers.ts';
import { type BookmarkRounds, bookmarkRounds } from './bookmarks.ts';
import { ExpiredToken } from './page-token.ts';
import { noSuchPath } from './refusals.ts';
import type { Registry } from './registry.ts';
import { answerCollection, answerObject } from './resources.ts';
import { readPath, type ResourcePath } from './route.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';
import { asRefusal, failure } from './status.ts';

/** Answers requests; whatever is thrown on the way becomes a Status. */
export function handler(registry: Registry): (request: ServerRequest) => ServerAnswer {
  const rounds = bookmarkRounds(registry);
  return (request) => {
    try {
      return dispatch(registry, rounds, request);
    } catch (error) {
      return refused(error);
    }
  };
}

function refused(error: unknown): ServerAnswer {
  const refusal = asRefusal(error);
  const wait = refusal.details?.retryAfterSeconds;
  const status = failure(refusal);
  const body = error instanceof ExpiredToken ? { ...status, metadata: { continue: error.token } } : status;
  return answer(refusal.code, body, wait === undefined ? {} : { 'retry-after': String(wait) });
}

function dispatch(registry: Registry, rounds: BookmarkRounds, request: ServerRequest): ServerAnswer {
  const path = readPath(request.path);
  if (path === undefined) throw noSuchPath();
  const shelf = registry.shelf(path);
  if (shelf === undefined || shelf.kind.resource.version !== path.version || misplaced(path, shelf.kind.resource.namespaced)) throw noSuchPath();
  const asked = { registry, rounds, shelf, path, request };
  if (path.name === undefined) return answerCollection(asked);
  if (path.subresource === undefined) return answerObject(asked, path.name, undefined);
  if (path.subresource === 'status' && shelf.kind.subresources.includes('status')) return answerObject(asked, path.name, 'status');
  throw noSuchPath();
}

/** A kind without namespaces is not found in one. */
const misplaced = ({ namespace }: ResourcePath, namespaced: boolean): boolean => namespace !== undefined && !namespaced;
