import type { EmbeddedServer, ServerAnswer, ServerRequest, Store } from '../../src/embedded/api-server/server.ts';
import type { Resource } from '../../src/kube/paths.ts';
import { rfc3339Micro } from '../../src/kube/timestamps.ts';
import type { Clock } from '../../src/model/time.ts';
import type { AuditedRequest } from '../stories/world.ts';

/** What was asked of an embedded API server, told as the audit log of a real one tells it. */
export interface Audit {
  readonly entries: readonly AuditedRequest[];
  /** The same server; what its controllers write is written down. */
  watched(server: EmbeddedServer): EmbeddedServer;
  /** The same server; what is asked of it is written down under this user agent. */
  heard(server: EmbeddedServer, userAgent: string): EmbeddedServer;
}

export function auditWith(clock: Clock): Audit {
  const entries: AuditedRequest[] = [];
  const noteAs = (userAgent: string): Note => (entry) => {
    const time = rfc3339Micro(clock.now().wall);
    entries.push({ ...entry, userAgent, receivedTimestamp: time, stageTimestamp: time });
  };
  return {
    entries,
    watched: (server) => ({ ...server, store: watchedStore(server.store, noteAs('kube-controller-manager')) }),
    heard(server, userAgent) {
      const note = noteAs(userAgent);
      return {
        ...server,
        handle(request) {
          const answer = server.handle(request);
          note(entryOf(request, answer));
          return answer;
        },
      };
    },
  };
}

type Entry = Omit<AuditedRequest, 'receivedTimestamp' | 'stageTimestamp' | 'userAgent'>;
type Note = (entry: Entry) => void;

function entryOf({ method, path, query, user, body }: ServerRequest, answer: ServerAnswer): Entry {
  const object = objectOf(path);
  const verb = verbOf(method, query, object.name);
  const text = query.toString();
  const requestObject = body === undefined ? undefined : 'value' in body ? body.value : (JSON.parse(body.text) as unknown);
  return {
    verb,
    user,
    uri: text === '' ? path : `${path}?${text}`,
    code: answer.kind === 'object' ? answer.code : 200,
    // Like a real one, it takes the name of what is created from the object.
    object: { ...object, name: object.name === '' ? nameIn(requestObject) : object.name },
    requestObject,
    responseObject: answer.kind === 'object' && isWrite(verb) ? answer.body : undefined,
  };
}

const nameIn = (object: unknown): string => (object as { metadata?: { name?: string } } | undefined)?.metadata?.name ?? '';

const isWrite = (verb: string): boolean => !['get', 'list', 'watch'].includes(verb);

function verbOf(method: string, query: URLSearchParams, name: string): string {
  if (method === 'GET') return name !== '' ? 'get' : query.has('watch') ? 'watch' : 'list';
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  return ({ POST: 'create', PUT: 'update', PATCH: 'patch' } as Readonly<Record<string, string>>)[method] ?? method;
}

function objectOf(path: string): Entry['object'] {
  const groups = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/u.exec(path)?.groups ?? {};
  const { resource = '', namespace = '', name = '', subresource = '' } = groups;
  return { resource, namespace: decodeURIComponent(namespace), name: decodeURIComponent(name), subresource };
}

/** Writes of the controllers, which speak to the store without requests. */
function watchedStore(store: Store, note: Note): Store {
  const wrote = (verb: string, resource: Resource, details: { readonly user?: string | undefined; readonly namespace?: string | undefined; readonly name: string; readonly subresource?: string; readonly sent: unknown; readonly answer: unknown }): void => {
    const { user = 'system:kube-controller-manager', namespace = '', name, subresource = '', sent, answer } = details;
    note({ verb, user, uri: `${resource.plural}/${name}${subresource === '' ? '' : `/${subresource}`}`, code: 200, object: { resource: resource.plural, namespace, name, subresource }, requestObject: sent, responseObject: answer });
  };
  return {
    ...store,
    create(resource, object, options) {
      const answer = store.create(resource, object, options);
      wrote('create', resource, { ...answer.metadata, ...options, sent: object, answer });
      return answer;
    },
    update(resource, object, options) {
      const answer = store.update(resource, object, options);
      wrote('update', resource, { ...answer.metadata, ...options, sent: object, answer });
      return answer;
    },
    updateStatus(resource, object, options) {
      const answer = store.updateStatus(resource, object, options);
      wrote('update', resource, { ...answer.metadata, ...options, subresource: 'status', sent: object, answer });
      return answer;
    },
    remove(resource, name, options = {}) {
      const before = store.get(resource, name);
      store.remove(resource, name, options);
      const { gracePeriodSeconds, uid, user } = options;
      wrote('delete', resource, { ...name, user, sent: { gracePeriodSeconds, preconditions: { uid } }, answer: store.get(resource, name) ?? before });
    },
    bind(pod, node) {
      store.bind(pod, node);
      const { namespace, name, uid } = pod;
      wrote('create', { group: '', version: 'v1', plural: 'pods', namespaced: true }, { namespace, name, user: 'system:kube-scheduler', subresource: 'binding', sent: { metadata: { namespace, name, uid }, target: { kind: 'Node', name: node } }, answer: undefined });
    },
  };
}
