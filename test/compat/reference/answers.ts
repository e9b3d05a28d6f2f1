import { selects } from '../../../src/model/labels.ts';
import { parseSelector } from '../../../src/model/selector.ts';
import type { Attempt, CaseObjects } from '../case.ts';

/** What the stub answers a read with. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

interface Kind {
  readonly base: string;
  readonly apiVersion: string;
  readonly kind: string;
}

const kinds: Readonly<Record<keyof CaseObjects, Kind>> = {
  nodes: { base: '/api/v1', apiVersion: 'v1', kind: 'Node' },
  pods: { base: '/api/v1', apiVersion: 'v1', kind: 'Pod' },
  namespaces: { base: '/api/v1', apiVersion: 'v1', kind: 'Namespace' },
  persistentvolumeclaims: { base: '/api/v1', apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  poddisruptionbudgets: { base: '/apis/policy/v1', apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  priorityclasses: { base: '/apis/scheduling.k8s.io/v1', apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' },
};

const policyVersion = { groupVersion: 'policy/v1', version: 'v1' };

/** Version and discovery: a cluster that can evict, and has no events.k8s.io, so that Events come as JSON. */
const documents: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '36', gitVersion: 'v1.36.0', platform: 'linux/amd64' },
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [{ name: 'policy', versions: [policyVersion], preferredVersion: policyVersion }] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get', 'list', 'watch'] },
      { name: 'pods/eviction', singularName: '', namespaced: true, group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
    ],
  },
  '/apis/policy/v1': { kind: 'APIResourceList', groupVersion: 'policy/v1', resources: [] },
};

/** Answers a GET that is no watch from the objects of a case, which never change. */
export function answerTo(path: string, query: URLSearchParams, objects: CaseObjects): Answer {
  const document = documents[path];
  if (document !== undefined) return { status: 200, body: document };
  const place = placeOf(path);
  if (place === undefined) return notFound(path);
  const { apiVersion, kind } = kinds[place.resource];
  const stored = objects[place.resource];
  if (place.name !== '') return one(stored, place.name) ?? notFound(path);
  const chosen = choose(stored, query.get('labelSelector') ?? '');
  if (chosen === undefined) return status(400, 'BadRequest', `unable to parse requirement of ${path}`);
  return { status: 200, body: { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '1000' }, items: chosen } };
}

/** A whole collection, or one of its objects. */
function placeOf(path: string): { readonly resource: keyof CaseObjects; readonly name: string } | undefined {
  for (const resource of Object.keys(kinds) as (keyof CaseObjects)[]) {
    const collection = `${kinds[resource].base}/${resource}`;
    if (path === collection) return { resource, name: '' };
    if (path.startsWith(`${collection}/`)) return { resource, name: path.slice(collection.length + 1) };
  }
  return undefined;
}

function choose(stored: readonly object[], written: string): readonly object[] | undefined {
  const read = parseSelector(written);
  return 'problem' in read ? undefined : stored.filter((object) => selects(read.selector, metadata(object).labels ?? {}));
}

function one(stored: readonly object[], name: string): Answer | undefined {
  const found = stored.find((object) => metadata(object).name === name);
  return found === undefined ? undefined : { status: 200, body: found };
}

const metadata = (object: object): { readonly name?: string; readonly labels?: Readonly<Record<string, string>> } => (object as { metadata: object }).metadata;

const notFound = (path: string): Answer => status(404, 'NotFound', `${path} not found`);

export const status = (code: number, reason: string, message: string): Answer => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: code < 400 ? 'Success' : 'Failure', reason, message, code },
});

/** What an eviction's `reason` annotation says of who asked for it: `triggered by PROFILE/STRATEGY: …`. */
export function attemptOf(path: string, body: string): Attempt | undefined {
  const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/eviction$/u.exec(path) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const { reason = '' } = (JSON.parse(body) as { metadata?: { annotations?: { reason?: string } } }).metadata?.annotations ?? {};
  const [, profile = '', strategy = ''] = /^triggered by (.*)\/([A-Za-z]+): /u.exec(reason) ?? [];
  return { namespace, name, profile, strategy };
}

