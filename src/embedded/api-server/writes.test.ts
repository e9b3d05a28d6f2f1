import { expect, test } from 'vitest';
import { type Answer, embeddedWorld } from '../../../test/fakes/embedded-server.ts';
import type { ApiRequest, Verb } from '../../kube/api.ts';
import { seconds } from '../../model/time.ts';

const nodes = '/api/v1/nodes';
const pods = '/api/v1/namespaces/default/pods';
const node = (name: string, more: object = {}): object => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, ...more } });
const pod = (name: string, more: { readonly metadata?: object; readonly spec?: object } = {}): object => ({ metadata: { name, ...more.metadata }, spec: { nodeName: 'n1', ...more.spec } });
const merge = { patch: 'application/merge-patch+json' } as const;

test('a new object gets its UID, its time and a version; what a client claims of them does not count', async () => {
  const world = embeddedWorld();
  const made = await world.ask('POST', nodes, { body: node('n1', { uid: 'mine', creationTimestamp: '1999-01-01T00:00:00Z', managedFields: [], labels: {}, finalizers: [] }) });
  expect(made.body).toEqual({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', uid: expect.stringMatching(/^00000000-/u) as string, resourceVersion: '3', creationTimestamp: '2026-01-01T00:00:00Z' },
  });
});

test('generateName adds five letters, and tries again when the name is taken', async () => {
  const rolls = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5];
  const world = embeddedWorld({ random: () => rolls.shift() ?? 0.9 });
  const make = async (): Promise<string> => (await world.ask('POST', pods, { body: { metadata: { generateName: 'web-' } } })).body.metadata.name;
  expect([await make(), await make()]).toEqual(['web-bbbbb', 'web-rrrrr']);
});

interface Row {
  readonly says: string;
  readonly verb: Verb;
  readonly path: string;
  readonly body?: unknown;
  readonly more?: Partial<ApiRequest>;
  readonly code: number;
  readonly reason: string;
  readonly message?: string;
}

const refusals: readonly Row[] = [
  { says: 'a name that is taken', verb: 'POST', path: nodes, body: node('n1'), code: 409, reason: 'AlreadyExists', message: 'nodes "n1" already exists' },
  { says: 'a name that is none', verb: 'POST', path: nodes, body: node('N_1'), code: 422, reason: 'Invalid' },
  { says: 'no name at all', verb: 'POST', path: nodes, body: {}, code: 422, reason: 'Invalid', message: 'Node "" is invalid: metadata.name: Required value: name or generateName is required' },
  { says: 'a namespace that is not there', verb: 'POST', path: '/api/v1/namespaces/nowhere/pods', body: pod('a'), code: 404, reason: 'NotFound', message: 'namespaces "nowhere" not found' },
  { says: 'a body of another namespace', verb: 'POST', path: pods, body: pod('a', { metadata: { namespace: 'other' } }), code: 400, reason: 'BadRequest', message: 'the namespace of the provided object does not match the namespace sent on the request' },
  { says: 'a body of another kind', verb: 'POST', path: nodes, body: { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x' } }, code: 400, reason: 'BadRequest' },
  { says: 'a body of another version', verb: 'POST', path: nodes, body: { kind: 'Node', apiVersion: 'v2', metadata: { name: 'x' } }, code: 400, reason: 'BadRequest', message: 'the API version in the data (v2) does not match the expected API version (v1)' },
  { says: 'a body that is a list', verb: 'POST', path: nodes, body: [], code: 400, reason: 'BadRequest' },
  { says: 'no body', verb: 'POST', path: nodes, code: 400, reason: 'BadRequest' },
  { says: 'labels that are no texts', verb: 'POST', path: nodes, body: node('x', { labels: { a: 1 } }), code: 400, reason: 'BadRequest' },
  { says: 'a label value with a space', verb: 'POST', path: nodes, body: node('x', { labels: { a: 'b c' } }), code: 422, reason: 'Invalid' },
  { says: 'two controllers', verb: 'POST', path: nodes, body: node('x', { ownerReferences: [1, 2].map((uid) => ({ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: String(uid), controller: true })) }), code: 422, reason: 'Invalid' },
  { says: 'a version on something new', verb: 'POST', path: nodes, body: node('x', { resourceVersion: '5' }), code: 500, reason: 'HTTP500' },
  { says: 'an object that is not there', verb: 'GET', path: `${nodes}/n9`, code: 404, reason: 'NotFound', message: 'nodes "n9" not found' },
  { says: 'an old version', verb: 'PUT', path: `${nodes}/n1`, body: node('n1', { resourceVersion: '1' }), code: 409, reason: 'Conflict', message: 'Operation cannot be fulfilled on nodes "n1": the object has been modified; please apply your changes to the latest version and try again' },
  { says: 'an old version in a patch', verb: 'PATCH', path: `${nodes}/n1`, body: { metadata: { resourceVersion: '1' } }, more: merge, code: 409, reason: 'Conflict' },
  { says: 'another UID in a replacement', verb: 'PUT', path: `${nodes}/n1`, body: node('n1', { uid: 'other' }), code: 409, reason: 'Conflict' },
  { says: 'another UID in a patch', verb: 'PATCH', path: `${nodes}/n1`, body: { metadata: { uid: 'other' } }, more: merge, code: 422, reason: 'Invalid' },
  { says: 'a body with another name', verb: 'PUT', path: `${nodes}/n1`, body: node('n2'), code: 400, reason: 'BadRequest', message: 'the name of the object (n2) does not match the name on the URL (n1)' },
  { says: 'a replacement without a version, where the kind wants one', verb: 'PUT', path: '/apis/example.org/v1/namespaces/default/widgets/w', body: { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w' } }, code: 422, reason: 'Invalid' },
  { says: 'a custom resource that does not say what it is', verb: 'POST', path: '/apis/example.org/v1/namespaces/default/widgets', body: { metadata: { name: 'v' } }, code: 400, reason: 'BadRequest' },
  { says: 'a deletion with another UID', verb: 'DELETE', path: `${nodes}/n1`, body: { preconditions: { uid: 'other' } }, code: 409, reason: 'Conflict' },
  { says: 'a deletion with an old version', verb: 'DELETE', path: `${nodes}/n1`, body: { preconditions: { resourceVersion: '1' } }, code: 409, reason: 'Conflict' },
  { says: 'a propagation policy that is none', verb: 'DELETE', path: `${nodes}/n1`, body: { propagationPolicy: 'Sideways' }, code: 422, reason: 'Invalid' },
  { says: 'a grace period that is none', verb: 'DELETE', path: `${nodes}/n1`, more: { query: { gracePeriodSeconds: 'soon' } }, code: 400, reason: 'BadRequest' },
  { says: 'the namespace default', verb: 'DELETE', path: '/api/v1/namespaces/default', code: 403, reason: 'Forbidden' },
  { says: 'a kind that nobody serves', verb: 'GET', path: '/api/v1/gizmos', code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' },
  { says: 'creation in all namespaces', verb: 'POST', path: '/api/v1/pods', body: pod('a'), code: 405, reason: 'MethodNotAllowed' },
  { says: 'deletion of a status', verb: 'DELETE', path: `${nodes}/n1/status`, code: 405, reason: 'MethodNotAllowed' },
  { says: 'a dry run that is none', verb: 'POST', path: nodes, body: node('x'), more: { query: { dryRun: 'Maybe' } }, code: 422, reason: 'Invalid' },
];

test.each(refusals)('refuses $says: $code $reason', async ({ verb, path, body, more, code, reason, message }) => {
  const world = embeddedWorld();
  await world.ask('POST', nodes, { body: node('n1') });
  await world.ask('POST', '/apis/example.org/v1/namespaces/default/widgets', { body: { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w' } } });
  const answer = await world.ask(verb, path, { ...(body === undefined ? {} : { body }), ...more });
  expect({ code: answer.code, reason: answer.reason, says: message === undefined ? undefined : answer.body.message }).toEqual({ code, reason, says: message });
});

const createThen = async (verb: Verb, more: Partial<ApiRequest>, metadata: object = {}): Promise<Answer> => {
  const world = embeddedWorld();
  await world.ask('POST', nodes, { body: { ...node('n1', metadata), spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } } });
  return world.ask(verb, `${nodes}/n1`, more);
};

test('a replacement that changes nothing makes no version', async () => {
  const same = await createThen('PUT', { body: { metadata: { name: 'n1' }, spec: { taints: [{ effect: 'NoSchedule', key: 'a' }] } } });
  expect(same.body.metadata.resourceVersion).toBe('3');
});

test('an empty list and a missing one are the same thing', async () => {
  const emptied = await createThen('PATCH', { ...merge, body: { spec: { taints: [] } } });
  expect(emptied.body.spec).toEqual({});
});

test('generation counts changes of the spec, not of the status', async () => {
  const world = embeddedWorld();
  await world.ask('POST', pods, { body: pod('a') });
  const spec = await world.ask('PATCH', `${pods}/a`, { ...merge, body: { spec: { priority: 1 } } });
  const status = await world.ask('PATCH', `${pods}/a/status`, { ...merge, body: { status: { phase: 'Running' }, spec: { priority: 2 } } });
  expect([spec.body.metadata.generation, status.body.metadata.generation, status.body.status, status.body.spec?.['priority']]).toEqual([2, 2, { phase: 'Running' }, 1]);
});

test('PUT makes a Lease that is not there, and no other kind', async () => {
  const world = embeddedWorld();
  const lease = await world.ask('PUT', '/apis/coordination.k8s.io/v1/namespaces/default/leases/l', { body: { metadata: { name: 'l' } } });
  const missing = await world.ask('PUT', `${pods}/a`, { body: pod('a') });
  expect([lease.code, lease.body.metadata.name, missing.code]).toEqual([200, 'l', 404]);
});

test('an object with finalizers stays until the last one is gone, and takes no new ones', async () => {
  const world = embeddedWorld();
  await world.ask('POST', nodes, { body: node('n1', { finalizers: ['example.org/a'] }) });
  const going = await world.ask('DELETE', `${nodes}/n1`);
  const more = await world.ask('PATCH', `${nodes}/n1`, { ...merge, body: { metadata: { finalizers: ['example.org/a', 'example.org/b'] } } });
  const last = await world.ask('PATCH', `${nodes}/n1`, { ...merge, body: { metadata: { finalizers: null } } });
  expect(going.body.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 });
  expect([more.code, last.code, (await world.ask('GET', `${nodes}/n1`)).code]).toEqual([422, 200, 404]);
});

test.each([
  ['Foreground', ['foregroundDeletion']],
  ['Orphan', ['orphan']],
])('deletion with policy %s waits for the garbage collector', async (propagationPolicy, finalizers) => {
  expect((await createThen('DELETE', { body: { propagationPolicy } })).body.metadata.finalizers).toEqual(finalizers);
});

test('a deletion answers a Status that names the object', async () => {
  const gone = await createThen('DELETE', { body: { propagationPolicy: 'Background' } });
  expect(gone.body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'n1', kind: 'nodes' } });
});

test('a bound pod is given its grace period, which may only be shortened', async () => {
  const world = embeddedWorld();
  await world.ask('POST', pods, { body: pod('a') });
  const remove = async (gracePeriodSeconds?: number): Promise<string> => {
    const { metadata } = (await world.ask('DELETE', `${pods}/a`, gracePeriodSeconds === undefined ? {} : { body: { gracePeriodSeconds } })).body;
    return `${metadata.deletionTimestamp?.slice(14, 19)} ${metadata.deletionGracePeriodSeconds} v${metadata.resourceVersion} g${metadata.generation}`;
  };
  expect(await remove()).toBe('00:30 30 v4 g2');
  expect(await remove(60)).toBe('00:30 30 v4 g2');
  expect(await remove(20)).toBe('00:20 20 v5 g2');
  await world.clock.advance(seconds(15));
  expect(await remove(5)).toBe('00:15 1 v6 g2');
  expect(await remove(0)).toBe('00:15 0 v8 g2');
  expect((await world.ask('GET', `${pods}/a`)).code).toBe(404);
});

test('a pod that nobody runs is gone at once', async () => {
  const world = embeddedWorld();
  await world.ask('POST', pods, { body: { metadata: { name: 'a' } } });
  await world.ask('DELETE', `${pods}/a`);
  expect((await world.ask('GET', `${pods}/a`)).code).toBe(404);
});

test('a dry run answers as if, and changes nothing', async () => {
  const world = embeddedWorld();
  const query = { dryRun: 'All' };
  const made = await world.ask('POST', nodes, { body: node('n1'), query });
  expect([made.body.metadata.name, (await world.ask('GET', `${nodes}/n1`)).code]).toEqual(['n1', 404]);
  await world.ask('POST', nodes, { body: node('n1') });
  await world.ask('PATCH', `${nodes}/n1`, { ...merge, query, body: { metadata: { labels: { a: 'b' } } } });
  await world.ask('DELETE', `${nodes}/n1`, { body: { dryRun: ['All'] } });
  expect((await world.ask('GET', `${nodes}/n1`)).body.metadata.labels).toBeUndefined();
});

test('a namespace that is taken down takes nothing new', async () => {
  const world = embeddedWorld();
  await world.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'x' }, spec: { finalizers: ['kubernetes'] } } });
  await world.ask('DELETE', '/api/v1/namespaces/x');
  const refused = await world.ask('POST', '/api/v1/namespaces/x/pods', { body: pod('a') });
  expect([refused.code, refused.reason, refused.body.details?.causes?.[0]?.reason]).toEqual([403, 'Forbidden', 'NamespaceTerminating']);
});

test('what is handed out cannot be changed in place, and a body stays the caller’s', async () => {
  const world = embeddedWorld();
  const body = { metadata: { name: 'n1', labels: { a: 'b' } }, spec: { taints: [{ key: 'a' }] } };
  const made = await world.ask('POST', nodes, { body });
  body.metadata.labels.a = 'changed';
  expect(() => Object.assign(made.body.metadata.labels ?? {}, { a: 'changed' })).toThrow(TypeError);
  expect((await world.ask('GET', `${nodes}/n1`)).body.metadata.labels).toEqual({ a: 'b' });
});
