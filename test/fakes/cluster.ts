import { type Api, ApiError, type ApiRequest } from '../../src/kube/api.ts';

/** An object as it travels, as far as this fake looks at it. */
export interface Stored {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string; readonly [field: string]: unknown };
  readonly [part: string]: unknown;
}

export interface FakeCluster extends Api {
  /** Puts an object there as if somebody else had written it. */
  put(collection: string, object: { readonly metadata: Readonly<Record<string, unknown>>; readonly [part: string]: unknown }): Stored;
  get(path: string): Stored | undefined;
  drop(path: string): void;
  /** Everything that was asked, in order: `PATCH /api/v1/nodes/n1`. */
  readonly asked: readonly string[];
  /** The writes among them, with their bodies. */
  readonly writes: readonly ApiRequest[];
  /**
   * Meddles with requests that `matches`, `times` times: `refuse` answers 500 without doing anything, `loseReply` does it
   * and answers nothing, a function changes the world just before.
   */
  meddle(matches: RegExp, how: 'refuse' | 'loseReply' | (() => void), times?: number): void;
}

/**
 * The API server as far as actions need it: objects by path, with versions, conflicts, preconditions, merge patches and
 * the status subresource. In memory and at once.
 */
export function fakeCluster(): FakeCluster {
  const objects = new Map<string, Stored>();
  const asked: string[] = [];
  const writes: ApiRequest[] = [];
  const meddlers: { matches: RegExp; how: 'refuse' | 'loseReply' | (() => void); left: number }[] = [];
  let version = 100;

  const write = (path: string, object: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>>): Stored => {
    version += 1;
    const name = decodeURIComponent(path.split('/').at(-1) ?? '');
    const namespace = /\/namespaces\/([^/]+)\//u.exec(path)?.[1];
    const stored: Stored = { ...object, metadata: { uid: `uid-${name}`, ...metadata, ...(namespace === undefined ? {} : { namespace }), name, resourceVersion: String(version) } };
    objects.set(path, stored);
    return structuredClone(stored);
  };

  const read = (path: string, request: ApiRequest): unknown => {
    const inside = [...objects].filter(([each]) => each.startsWith(`${path}/`) && !each.slice(path.length + 1).includes('/'));
    if (isCollection(path)) return { metadata: {}, items: structuredClone(inside.map(([, each]) => each)) };
    const found = objects.get(path);
    if (found === undefined) throw answer(404, 'NotFound', request);
    return structuredClone(found);
  };

  const create = (path: string, body: { metadata?: Record<string, unknown> }, request: ApiRequest): Stored => {
    const own = `${path}/${encodeURIComponent(String(body.metadata?.['name']))}`;
    if (objects.has(own)) throw answer(409, 'AlreadyExists', request);
    return write(own, body, body.metadata ?? {});
  };

  const carryOut = (request: ApiRequest): unknown => {
    const path = request.path.replace(/\/status$/u, '');
    const body = (request.body ?? {}) as { metadata?: Record<string, unknown>; spec?: unknown; status?: unknown; preconditions?: { uid?: string; resourceVersion?: string } };
    if (request.verb === 'GET') return read(path, request);
    if (request.verb === 'POST') return create(path, body, request);
    const current = objects.get(path);
    if (current === undefined) throw answer(404, 'NotFound', request);
    checkVersion(current, request.verb === 'DELETE' ? body.preconditions : body.metadata, request);
    if (request.verb === 'DELETE') return void objects.delete(path);
    if (request.path.endsWith('/status')) return write(path, { ...current, status: body.status }, current.metadata);
    if (request.verb === 'PUT') return write(path, body, current.metadata);
    const labels = { ...(current.metadata['labels'] as object), ...(body.metadata?.['labels'] as object) };
    return write(path, { ...current, spec: { ...(current['spec'] as object), ...(body.spec as object) } }, { ...current.metadata, labels });
  };

  return {
    asked,
    writes,
    put: (collection, object) => write(`${collection}/${encodeURIComponent(String(object.metadata['name']))}`, { ...object }, object.metadata),
    get: (path) => objects.get(path),
    drop: (path) => void objects.delete(path),
    meddle: (matches, how, times = 1) => void meddlers.push({ matches, how, left: times }),
    async call<T>(request: ApiRequest) {
      await Promise.resolve();
      const query = Object.entries(request.query ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
      const words = `${request.verb} ${request.path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
      asked.push(words);
      if (request.verb !== 'GET') writes.push(request);
      const meddler = meddlers.find(({ matches, left }) => left > 0 && matches.test(words));
      if (meddler !== undefined) meddler.left -= 1;
      if (meddler?.how === 'refuse') throw answer(500, 'InternalError', request);
      if (typeof meddler?.how === 'function') meddler.how();
      const result = carryOut(request);
      if (meddler?.how === 'loseReply') throw answer(0, 'NoAnswer', request);
      return result as T;
    },
    watch: () => Promise.reject(new Error('Nothing is watched here')),
    close: () => Promise.resolve(),
  };
}

/** `/api/v1/nodes`, `/apis/g/v1/things`, each also within a namespace. */
const isCollection = (path: string): boolean => /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/[^/]+)?\/[^/]+$/u.test(path);

const answer = (status: number, reason: string, { verb, path }: ApiRequest): ApiError => new ApiError({ status, reason, message: `${verb} ${path}: ${status} ${reason}` });

function checkVersion({ metadata }: Stored, wanted: { uid?: unknown; resourceVersion?: unknown } | undefined, request: ApiRequest): void {
  const { uid, resourceVersion } = wanted ?? {};
  if (uid !== undefined && uid !== metadata.uid) throw answer(409, 'Conflict', request);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) throw answer(409, 'Conflict', request);
}
