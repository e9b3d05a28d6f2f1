import { expect, test } from 'vitest';
import { embeddedWorld } from '../../../test/fakes/embedded-server.ts';
import { plainKind } from '../../../test/fakes/kinds.ts';
import { resources } from '../../kube/paths.ts';
import type { ServerAnswer } from './server.ts';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

function get(path: string, accept?: string, body?: unknown): ServerAnswer {
  const { server } = embeddedWorld();
  const [pathname = '', query] = path.split('?');
  return server.handle({ method: body === undefined ? 'GET' : 'POST', path: pathname, query: new URLSearchParams(query), contentType: 'application/json', accept, body: body === undefined ? undefined : { value: body }, user: 'alice' });
}

const bodyOf = (answer: ServerAnswer): unknown => (answer.kind === 'object' ? answer.body : undefined);

test('says its version and that it is well', () => {
  expect(bodyOf(get('/version'))).toMatchObject({ gitVersion: 'v1.36.3', minor: '36' });
  expect(get('/readyz')).toEqual({ kind: 'text', code: 200, text: 'ok' });
});

test('lists groups, versions and resources', () => {
  expect(bodyOf(get('/api'))).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  expect(bodyOf(get('/apis'))).toMatchObject({ groups: expect.arrayContaining([expect.objectContaining({ name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } })]) as unknown });
  expect(bodyOf(get('/apis/example.org'))).toMatchObject({ kind: 'APIGroup', name: 'example.org' });
  expect(bodyOf(get('/api/v1'))).toMatchObject({ resources: expect.arrayContaining([expect.objectContaining({ name: 'pods', shortNames: ['po'], namespaced: true }), expect.objectContaining({ name: 'pods/eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] })]) as unknown });
});

test('tells everything at once to who asks for it', () => {
  const answer = get('/apis', aggregated);
  expect(answer.kind === 'object' && answer.headers['content-type']).toContain('as=APIGroupDiscoveryList');
  expect(bodyOf(answer)).toMatchObject({ kind: 'APIGroupDiscoveryList', items: expect.arrayContaining([expect.objectContaining({ metadata: { name: 'apps' }, versions: [expect.objectContaining({ version: 'v1', freshness: 'Current', resources: [expect.objectContaining({ resource: 'deployments', scope: 'Namespaced', subresources: expect.arrayContaining([expect.objectContaining({ subresource: 'scale', responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } })]) as unknown })] })] })]) as unknown });
});

test.each([
  ['/apis/nothing', 404, 'text'],
  ['/nothing', 404, 'text'],
  ['/apis/nothing.example.org/v1/gizmos', 404, 'text'],
  ['/api/v1/gizmos', 404, 'NotFound'],
  ['/apis/apps/v9/deployments', 404, 'NotFound'],
  ['/api/v1/namespaces/default/nodes', 404, 'NotFound'],
  ['/api/v1/pods/a', 404, 'NotFound'],
  ['/api/v1/secrets', 501, 'NotImplemented'],
  ['/apis/batch/v1/cronjobs', 501, 'NotImplemented'],
  ['/api/v1/namespaces/default/pods/a/log', 501, 'NotImplemented'],
  ['/api/v1/namespaces/default/pods/%', 400, 'BadRequest'],
])('%s is answered with %i %s', (path, code, reason) => {
  const answer = get(path);
  expect(answer.kind === 'stream' ? undefined : [answer.code, answer.kind === 'text' ? 'text' : (answer.body as { reason?: string }).reason]).toEqual([code, reason]);
});

test('names what it does not model', () => {
  expect(bodyOf(get('/api/v1/secrets'))).toMatchObject({ message: expect.stringContaining('secrets is not modelled') as string });
});

test('prints tables and metadata to who asks for them, JSON to others, and nothing in other encodings', () => {
  expect(bodyOf(get('/api/v1/namespaces', table))).toMatchObject({ kind: 'Table', columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', priority: 0 }], rows: [{ cells: ['default'], object: { kind: 'PartialObjectMetadata', metadata: { name: 'default' } } }] });
  expect(bodyOf(get('/api/v1/namespaces?includeObject=None', table))).toMatchObject({ rows: [{ cells: ['default'] }] });
  expect(bodyOf(get('/api/v1/namespaces/default', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'))).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'default' } });
  expect(bodyOf(get('/api/v1/namespaces', 'application/vnd.kubernetes.protobuf, application/json'))).toMatchObject({ kind: 'NamespaceList' });
  expect(get('/api/v1/namespaces', 'application/yaml')).toMatchObject({ code: 406 });
});

test('everybody may do everything, and learns who he is', () => {
  expect(bodyOf(get('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', undefined, { spec: { resourceAttributes: { verb: 'delete', resource: 'nodes' } } }))).toMatchObject({ status: { allowed: true } });
  expect(bodyOf(get('/apis/authentication.k8s.io/v1/selfsubjectreviews', undefined, {}))).toMatchObject({ status: { userInfo: { username: 'alice' } } });
  expect(get('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', undefined, {})).toMatchObject({ code: 422 });
});

test('a kind that is added later is served, and keeps its objects when it is described anew', async () => {
  const world = embeddedWorld();
  const gizmos = { group: 'example.com', version: 'v1', plural: 'gizmos', namespaced: false };
  const kind = plainKind(gizmos, 'Gizmo', { strategicPatch: false });
  expect((await world.ask('GET', '/apis/example.com/v1/gizmos')).code).toBe(404);
  world.server.addKind(kind);
  world.server.store.create(gizmos, { metadata: { name: 'g' } });
  world.server.addKind({ ...kind, shortNames: ['gz'] });
  expect((await world.ask('GET', '/apis/example.com/v1/gizmos')).body.items.map(({ metadata }) => metadata.name)).toEqual(['g']);
  expect((await world.ask('GET', '/apis/example.com/v1')).body).toMatchObject({ resources: [{ name: 'gizmos', shortNames: ['gz'] }] });
  expect(() => world.server.addKind(plainKind(resources.nodes, 'Node'))).toThrow('The kind nodes is there already');
});
