import { expect, test } from 'vitest';
import { type Answer, embeddedWorld } from '../../../test/fakes/embedded-server.ts';
import type { ApiRequest } from '../../kube/api.ts';

const node = {
  metadata: { name: 'n1', labels: { a: 'b' }, finalizers: ['example.org/a'] },
  spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] },
};
const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }, { type: 'MemoryPressure', status: 'False' }];

async function patched(kind: 'merge' | 'json' | 'strategic-merge', body: unknown, part = ''): Promise<Answer> {
  const world = embeddedWorld();
  await world.ask('POST', '/api/v1/nodes', { body: node });
  await world.ask('PATCH', '/api/v1/nodes/n1/status', { patch: 'application/merge-patch+json', body: { status: { conditions } } });
  return world.ask('PATCH', `/api/v1/nodes/n1${part}`, { patch: `application/${kind}-patch+json` as NonNullable<ApiRequest['patch']>, body });
}

test.each<readonly [string, Parameters<typeof patched>[0], unknown, object]>([
  ['a merge patch merges maps and replaces lists', 'merge', { metadata: { labels: { c: 'd' } }, spec: { taints: [{ key: 'z' }] } }, { labels: { a: 'b', c: 'd' }, taints: [{ key: 'z' }] }],
  ['a merge patch removes with null', 'merge', { metadata: { labels: { a: null } }, spec: null }, { labels: undefined, taints: undefined }],
  ['what is undefined in a merge patch is not there', 'merge', { metadata: { labels: undefined } }, { labels: { a: 'b' } }],
  ['a JSON patch adds to a list', 'json', [{ op: 'add', path: '/spec/taints/-', value: { key: 'z' } }], { taints: [{ key: 'a', effect: 'NoSchedule' }, { key: 'z' }] }],
  ['a JSON patch puts in front', 'json', [{ op: 'add', path: '/spec/taints/0', value: { key: 'z' } }], { taints: [{ key: 'z' }, { key: 'a', effect: 'NoSchedule' }] }],
  ['a JSON patch tests, then removes', 'json', [{ op: 'test', path: '/spec/taints/0/key', value: 'a' }, { op: 'remove', path: '/spec/taints/0' }], { taints: undefined }],
  ['a JSON patch reads ~1 as a slash', 'json', [{ op: 'add', path: '/metadata/labels/x~1y', value: 'z' }], { labels: { a: 'b', 'x/y': 'z' } }],
  ['a JSON patch copies and moves', 'json', [{ op: 'copy', from: '/metadata/labels/a', path: '/metadata/labels/b' }, { op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/c' }], { labels: { b: 'b', c: 'b' } }],
  ['taints are one value for a strategic patch', 'strategic-merge', { spec: { taints: [{ key: 'z' }] } }, { taints: [{ key: 'z' }] }],
  ['a strategic patch merges labels', 'strategic-merge', { metadata: { labels: { c: 'd', a: null } } }, { labels: { c: 'd' } }],
  ['$patch: replace replaces a map', 'strategic-merge', { metadata: { labels: { $patch: 'replace', c: 'd' } } }, { labels: { c: 'd' } }],
  ['$patch: delete empties a map', 'strategic-merge', { metadata: { labels: { $patch: 'delete' } } }, { labels: undefined }],
  ['new finalizers come first', 'strategic-merge', { metadata: { finalizers: ['example.org/b'] } }, { finalizers: ['example.org/b', 'example.org/a'] }],
  ['$deleteFromPrimitiveList takes a finalizer away', 'strategic-merge', { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.org/a'] } }, { finalizers: undefined }],
  ['$setElementOrder orders', 'strategic-merge', { metadata: { '$setElementOrder/finalizers': ['example.org/a', 'example.org/b'], finalizers: ['example.org/b'] } }, { finalizers: ['example.org/a', 'example.org/b'] }],
  ['$retainKeys drops the others', 'strategic-merge', { spec: { $retainKeys: ['unschedulable'], unschedulable: true } }, { taints: undefined }],
])('%s', async (_says, kind, body, expected) => {
  const { metadata, spec } = (await patched(kind, body)).body;
  expect({ labels: metadata.labels, finalizers: metadata.finalizers, taints: spec?.['taints'] }).toEqual({ labels: { a: 'b' }, finalizers: ['example.org/a'], taints: [{ key: 'a', effect: 'NoSchedule' }], ...expected });
});

const statusOf = ({ body }: Answer): unknown => (body.status as { conditions?: readonly { type: string; status: string }[] }).conditions?.map(({ type, status }) => `${type}=${status}`);

test.each<readonly [string, object, readonly string[]]>([
  ['changes one condition by its type', { conditions: [{ type: 'Ready', status: 'Unknown' }] }, ['Ready=Unknown', 'MemoryPressure=False']],
  ['adds one in front', { conditions: [{ type: 'DiskPressure', status: 'False' }] }, ['DiskPressure=False', 'Ready=True', 'MemoryPressure=False']],
  ['takes one away', { conditions: [{ type: 'Ready', $patch: 'delete' }] }, ['MemoryPressure=False']],
  ['replaces all', { conditions: [{ $patch: 'replace' }, { type: 'DiskPressure', status: 'False' }] }, ['DiskPressure=False']],
  ['orders them as kubelets do', { '$setElementOrder/conditions': [{ type: 'MemoryPressure' }, { type: 'Ready' }], conditions: [{ type: 'Ready', status: 'False' }] }, ['MemoryPressure=False', 'Ready=False']],
])('a strategic patch of the status %s', async (_says, status, expected) => {
  expect(statusOf(await patched('strategic-merge', { status }, '/status'))).toEqual(expected);
});

test.each<readonly [string, Parameters<typeof patched>[0], unknown, string]>([
  ['a failed test', 'json', [{ op: 'test', path: '/metadata/name', value: 'n2' }], '422 Invalid'],
  ['a path that is not there', 'json', [{ op: 'remove', path: '/metadata/nothing' }], '422 Invalid'],
  ['a place behind the end', 'json', [{ op: 'add', path: '/spec/taints/5', value: {} }], '422 Invalid'],
  ['an operation that is none', 'json', [{ op: 'frob', path: '/metadata/labels' }], '422 Invalid'],
  ['a JSON patch that is an object', 'json', {}, '400 BadRequest'],
  ['a merge patch that is a list', 'merge', [], '400 BadRequest'],
  ['a merge patch that is null', 'merge', null, '400 BadRequest'],
  ['labels that are no texts', 'merge', { metadata: { labels: { a: 1 } } }, '422 Invalid'],
  ['another name', 'merge', { metadata: { name: 'n2' } }, '400 BadRequest'],
  ['another kind', 'merge', { kind: 'Pod' }, '422 Invalid'],
  ['$retainKeys without a key that is set', 'strategic-merge', { spec: { $retainKeys: ['taints'], unschedulable: true } }, '400 BadRequest'],
  ['a condition without type', 'strategic-merge', { status: { conditions: [{ status: 'True' }] } }, '500 HTTP500'],
])('refuses %s', async (_says, kind, body, expected) => {
  const { code, reason } = await patched(kind, body);
  expect(`${code} ${reason}`).toBe(expected);
});

test.each(['application/apply-patch+yaml', 'application/json', 'text/plain'])('does not take %s', async (patch) => {
  const world = embeddedWorld();
  await world.ask('POST', '/api/v1/nodes', { body: node });
  const { code, reason } = await world.ask('PATCH', '/api/v1/nodes/n1', { patch: patch as NonNullable<ApiRequest['patch']>, body: {} });
  expect(`${code} ${reason}`).toBe('415 UnsupportedMediaType');
});

test('custom resources take no strategic patch', async () => {
  const world = embeddedWorld();
  const { code } = await world.ask('PATCH', '/apis/example.org/v1/namespaces/default/widgets/w', { patch: 'application/strategic-merge-patch+json' as NonNullable<ApiRequest['patch']>, body: {} });
  expect(code).toBe(415);
});

test('a patch of something that is not there is 404, whatever it says', async () => {
  const { code } = await embeddedWorld().ask('PATCH', '/api/v1/nodes/n9', { patch: 'application/merge-patch+json', body: [] });
  expect(code).toBe(404);
});

test('a namespace in the body of a kind without namespaces means nothing', async () => {
  const world = embeddedWorld();
  await world.ask('POST', '/api/v1/nodes', { body: node });
  await world.ask('PUT', '/api/v1/nodes/n1', { body: { metadata: { name: 'n1', namespace: 'elsewhere', labels: { c: 'd' } } } });
  expect((await world.ask('GET', '/api/v1/nodes')).body.items.map(({ metadata }) => [metadata.name, metadata.namespace, metadata.labels])).toEqual([['n1', undefined, { c: 'd' }]]);
});
