import { answer, presenter } from './answers.ts';
import type { BookmarkRounds } from './bookmarks.ts';
import { readObject } from './bodies.ts';
import { list, tooLarge } from './list.ts';
import { readListOptions, readVersion } from './list-options.ts';
import type { KubeObject } from './object.ts';
import { changeOf, readPatch } from './patch.ts';
import { badRequest, noSuchPath, plainError, qualified, wrongMethod } from './refusals.ts';
import { Refusal } from './refusal.ts';
import type { Registry, Shelf } from './registry.ts';
import type { ResourcePath } from './route.ts';
import { readSelection } from './selectors.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';
import { success } from './status.ts';
import { watch } from './watch.ts';
import { create, type Write } from './write-create.ts';
import { remove, type Removed } from './write-delete.ts';
import { readDeletion, readDryRun } from './write-options.ts';
import { checkUID, find, update, type Update } from './write-update.ts';

/** A request about one kind. */
export interface ResourceRequest {
  readonly registry: Registry;
  readonly rounds: BookmarkRounds;
  readonly shelf: Shelf;
  readonly path: ResourcePath;
  readonly request: ServerRequest;
}

/** Answers a request about a collection. */
export function answerCollection(asked: ResourceRequest): ServerAnswer {
  const { shelf, path, request } = asked;
  // New objects, and the end of all, are for one namespace only.
  const everywhere = shelf.kind.resource.namespaced && path.namespace === undefined;
  const verb = collectionVerbs[request.method];
  // Custom resources are served by another server, which finds something else wrong.
  if (!shelf.kind.strategicPatch && (request.method === 'PUT' || request.method === 'PATCH')) throw badRequest('name must be provided');
  if (verb === undefined || (everywhere && verb !== 'list')) throw wrongMethod();
  allow(shelf, verb);
  if (verb === 'list') return listOrWatch(asked);
  return verb === 'create' ? post(asked) : deleteAll(asked);
}

const collectionVerbs: Readonly<Record<string, 'list' | 'create' | 'deletecollection'>> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' };

/** Answers a request about one object, or about its status. */
export function answerObject(asked: ResourceRequest, name: string, part: 'status' | undefined): ServerAnswer {
  const { shelf, path, request } = asked;
  if (shelf.kind.resource.namespaced && path.namespace === undefined) throw noSuchPath();
  switch (request.method) {
    case 'GET':
      allow(shelf, 'get');
      return get(asked, name);
    case 'PUT':
      allow(shelf, 'update');
      return put(asked, name, part);
    case 'PATCH':
      allow(shelf, 'patch');
      return patch(asked, name, part);
    case 'DELETE':
      if (part !== undefined) throw wrongMethod();
      allow(shelf, 'delete');
      return deleteOne(asked, name);
    default:
      // For a custom resource the name in the path means nothing to it.
      if (request.method === 'POST' && part === undefined && !shelf.kind.strategicPatch) return post(asked);
      throw wrongMethod();
  }
}

function allow({ kind }: Shelf, verb: string): void {
  if (!kind.verbs.includes(verb)) throw wrongMethod();
}

/** Who writes, and where. */
export const writeOf = ({ path, request }: ResourceRequest, dryRun: boolean): Write => ({ user: request.user, namespace: path.namespace, dryRun });

function get({ registry, shelf, path, request }: ResourceRequest, name: string): ServerAnswer {
  const show = presenter(registry, shelf, request);
  const version = request.query.get('resourceVersion') ?? '';
  const asked = version === '' ? 0 : readVersion(version, plainError);
  if (asked > registry.version) throw tooLarge(asked, registry.version);
  return answer(200, show.one(find(shelf, { namespace: path.namespace, name })));
}

function listOrWatch({ registry, rounds, shelf, path, request }: ResourceRequest): ServerAnswer {
  const show = presenter(registry, shelf, request);
  const options = readListOptions(request.query);
  const asked = { namespace: path.namespace, selection: readSelection(request.query, shelf.kind), options };
  if (!options.watch) return answer(200, show.many(list(registry, shelf, asked)));
  if (!shelf.kind.verbs.includes('watch')) throw new Refusal(405, 'MethodNotAllowed', `watch is not supported on resources of kind ${JSON.stringify(qualified(shelf.kind.resource))}`);
  return watch(registry, rounds, { ...asked, shelf, presenter: show });
}

function post(asked: ResourceRequest): ServerAnswer {
  const { registry, shelf, request } = asked;
  const show = presenter(registry, shelf, request);
  const dryRun = readDryRun(request.query, 'CreateOptions');
  return answer(201, show.one(create(registry, shelf, readObject(request, shelf), writeOf(asked, dryRun))));
}

function put(asked: ResourceRequest, name: string, part: 'status' | undefined): ServerAnswer {
  const { registry, shelf, path, request } = asked;
  const show = presenter(registry, shelf, request);
  const dryRun = readDryRun(request.query, 'UpdateOptions');
  const sent = readObject(request, shelf);
  checkName(shelf, sent, { namespace: path.namespace, name });
  const write = writeOf(asked, dryRun);
  const current = shelf.traits.createOnUpdate && part === undefined ? shelf.objects.get(path.namespace === undefined ? name : `${path.namespace}/${name}`) : find(shelf, { namespace: path.namespace, name });
  checkUID(shelf, { name, sent: sent.metadata.uid, found: current?.metadata.uid });
  if (current === undefined) return answer(201, show.one(create(registry, shelf, withoutVersion(sent), write)));
  return answer(200, show.one(update(registry, shelf, { ...write, name, part, patched: false, change: () => sent })));
}

/** PUT creates whatever version its body names. */
const withoutVersion = (sent: KubeObject): KubeObject => ({ ...sent, metadata: { ...sent.metadata, resourceVersion: '' } });

/** What the body says of name and namespace has to be what the path says. */
export function checkName({ kind }: Shelf, { metadata }: KubeObject, { namespace, name }: Pick<Update, 'namespace' | 'name'>): void {
  if (kind.resource.namespaced && (metadata.namespace ?? '') !== '' && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (metadata.name !== name) throw badRequest(`the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${name})`);
}

function patch(asked: ResourceRequest, name: string, part: 'status' | undefined): ServerAnswer {
  const { registry, shelf, request } = asked;
  const patch = readPatch(request, shelf);
  const show = presenter(registry, shelf, request);
  const dryRun = readDryRun(request.query, 'PatchOptions');
  return answer(200, show.one(update(registry, shelf, { ...writeOf(asked, dryRun), name, part, patched: true, change: (current) => changeOf(patch, current) })));
}

function deleteOne(asked: ResourceRequest, name: string): ServerAnswer {
  const { registry, shelf, request } = asked;
  const show = presenter(registry, shelf, request);
  const { options, dryRun } = readDeletion(request);
  return answer(200, deleted(shelf, remove(registry, shelf, { ...writeOf(asked, dryRun), name, options }), (object) => show.one(object)));
}

/** The object as long as it stays, or where the kind's answers hold it; otherwise a Status that names it. */
function deleted({ kind, traits }: Shelf, { object, outcome }: Removed, show: (object: KubeObject) => object): object {
  if (outcome === 'going' || traits.returnsDeleted) return show(object);
  const { group, plural } = kind.resource;
  return success({ name: object.metadata.name, ...(group === '' ? {} : { group }), kind: plural, uid: object.metadata.uid });
}

function deleteAll(asked: ResourceRequest): ServerAnswer {
  const { registry, shelf, path, request } = asked;
  const show = presenter(registry, shelf, request);
  const selection = readSelection(request.query, shelf.kind);
  const { options, dryRun } = readDeletion(request);
  const found = list(registry, shelf, { namespace: path.namespace, selection, options: readListOptions(request.query) });
  for (const { metadata } of found.items) remove(registry, shelf, { ...writeOf(asked, dryRun), name: metadata.name, options });
  return answer(200, show.many(found));
}
