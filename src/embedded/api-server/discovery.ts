import { type Form, readAccept } from './accept.ts';
import { answer } from './answers.ts';
import type { Kind, Subresource } from './kind.ts';
import { noSuchPage, noSuchPath, wrongMethod } from './refusals.ts';
import type { Registry } from './registry.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';

/** Says which kinds there are, in the forms that clients ask for; undefined for paths that are none of discovery's. */
export function discover(registry: Registry, request: ServerRequest): ServerAnswer | undefined {
  const found = /^\/(?:api(?:\/([^/]+))?|apis(?:\/([^/]+)(?:\/([^/]+))?)?)\/?$/u.exec(request.path);
  if (found === null) return undefined;
  const root = request.path.startsWith('/apis') ? 'apis' : 'api';
  const [group, version] = root === 'api' ? [found[1]] : [found[2], found[3]];
  if (request.method !== 'GET') throw wrongMethod();
  const kinds = [...registry.shelves].map(({ kind }) => kind);
  if (group === undefined) return index(kinds, root, readAccept(request.accept, ['discovery']));
  if (root === 'api') return resourceList(kinds, '', group);
  return version === undefined ? groupOf(kinds, group) : resourceList(kinds, group, version);
}

function index(kinds: readonly Kind[], root: 'api' | 'apis', form: Form): ServerAnswer {
  const groups = root === 'api' ? [''] : groupNames(kinds);
  if (form === 'discovery') {
    const items = groups.map((group) => ({ metadata: group === '' ? {} : { name: group }, versions: versionsOf(kinds, group).map((version) => ({ version, resources: kindsOf(kinds, group, version).map(aggregated), freshness: 'Current' })) }));
    return answer(200, { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }, { 'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', vary: 'Accept' });
  }
  if (root === 'api') return answer(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  return answer(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => apiGroup(kinds, group)) });
}

/** Reviews are asked of groups that hold no objects. */
const reviewGroups = ['authentication.k8s.io', 'authorization.k8s.io'];

function groupNames(kinds: readonly Kind[]): readonly string[] {
  return [...new Set([...kinds.map(({ resource }) => resource.group), ...reviewGroups])].filter((group) => group !== '');
}

function versionsOf(kinds: readonly Kind[], group: string): readonly string[] {
  if (group === '' || reviewGroups.includes(group)) return ['v1'];
  return [...new Set(kinds.filter(({ resource }) => resource.group === group).map(({ resource }) => resource.version))];
}

const kindsOf = (kinds: readonly Kind[], group: string, version: string): readonly Kind[] => kinds.filter(({ resource }) => resource.group === group && resource.version === version);

function groupOf(kinds: readonly Kind[], group: string): ServerAnswer {
  if (!groupNames(kinds).includes(group)) throw noSuchPage();
  return answer(200, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(kinds, group) });
}

function apiGroup(kinds: readonly Kind[], group: string): object {
  const versions = versionsOf(kinds, group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function resourceList(kinds: readonly Kind[], group: string, version: string): ServerAnswer {
  if (!versionsOf(kinds, group).includes(version)) throw group === '' ? noSuchPath() : noSuchPage();
  const resources = [...kindsOf(kinds, group, version).flatMap(legacy), ...reviewResources(group)];
  return answer(200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? version : `${group}/${version}`, resources });
}

function reviewResources(group: string): readonly object[] {
  const review = (name: string, kind: string): object => ({ name, singularName: name.slice(0, -1), namespaced: false, kind, verbs: ['create'] });
  if (group === 'authorization.k8s.io') return [review('selfsubjectaccessreviews', 'SelfSubjectAccessReview')];
  return group === 'authentication.k8s.io' ? [review('selfsubjectreviews', 'SelfSubjectReview')] : [];
}

function legacy({ resource, kind, singular, verbs, shortNames, categories, subresources }: Kind): readonly object[] {
  const { plural, namespaced } = resource;
  const own = { name: plural, singularName: singular, namespaced, kind, verbs: [...verbs].sort(), ...filled('shortNames', shortNames), ...filled('categories', categories) };
  return [own, ...subresources.map((name) => ({ name: `${plural}/${name}`, singularName: '', namespaced, kind: foreign[name]?.kind ?? kind, ...typeOf(name), verbs: subresourceVerbs(name) }))];
}

function aggregated({ resource, kind, singular, verbs, shortNames, categories, subresources }: Kind): object {
  const typed = (kind: string, group = '', version = ''): object => ({ group, version, kind });
  return {
    resource: resource.plural,
    responseKind: typed(kind),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...verbs].sort(),
    ...filled('shortNames', shortNames),
    ...filled('categories', categories),
    ...filled('subresources', subresources.map((name) => ({ subresource: name, responseKind: typed(foreign[name]?.kind ?? kind, foreign[name]?.group, foreign[name]?.version), verbs: subresourceVerbs(name) }))),
  };
}

const filled = (field: string, list: readonly unknown[]): object => (list.length === 0 ? {} : { [field]: list });

/** Subresources that are another kind than what they belong to. */
const foreign: Partial<Record<Subresource, { readonly group: string; readonly version: string; readonly kind: string }>> = {
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
  binding: { group: '', version: '', kind: 'Binding' },
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
};

function typeOf(name: Subresource): object {
  const type = foreign[name];
  return type === undefined || type.group === '' ? {} : { group: type.group, version: type.version };
}

const subresourceVerbs = (name: Subresource): readonly string[] => (name === 'eviction' || name === 'binding' ? ['create'] : ['get', 'patch', 'update']);
