import { expect, test } from 'vitest';
import { embeddedWorld, type EmbeddedWorld } from '../../../test/fakes/embedded-server.ts';
import type { ApiRequest } from '../../kube/api.ts';

const pods = '/api/v1/namespaces/default/pods';

/** Pods of three namespaces, made in no order. */
async function world(history?: number): Promise<EmbeddedWorld> {
  const made = embeddedWorld(history === undefined ? {} : { history });
  for (const name of ['a', 'a-b']) await made.ask('POST', '/api/v1/namespaces', { body: { metadata: { name } } });
  for (const [namespace, name, nodeName] of [['default', 'web-2', 'n1'], ['a', 'web-1', 'n2'], ['default', 'web-10', 'n2'], ['a-b', 'db', 'n1'], ['default', 'db', 'n1']] as const) {
    await made.ask('POST', `/api/v1/namespaces/${namespace}/pods`, { body: { metadata: { name, labels: { app: name.slice(0, 3), name } }, spec: { nodeName } } });
  }
  return made;
}

async function names(made: EmbeddedWorld, path: string, query: ApiRequest['query'] = {}): Promise<string> {
  const { code, body } = await made.ask('GET', path, { query });
  return code === 200 ? body.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(' ') : `${code}`;
}

test('lists come in the order of etcd’s keys', async () => {
  expect(await names(await world(), '/api/v1/pods')).toBe('a-b/db a/web-1 default/db default/web-10 default/web-2');
});

test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ['equality', { labelSelector: 'app=web' }, 'default/web-10 default/web-2'],
  ['inequality', { labelSelector: 'app!=web' }, 'default/db'],
  ['a set', { labelSelector: 'name in (db, web-2)' }, 'default/db default/web-2'],
  ['no set', { labelSelector: 'name notin (db)' }, 'default/web-10 default/web-2'],
  ['presence', { labelSelector: 'app,!missing' }, 'default/db default/web-10 default/web-2'],
  ['a node', { fieldSelector: 'spec.nodeName=n1' }, 'default/db default/web-2'],
  ['not a node', { fieldSelector: 'spec.nodeName!=n1' }, 'default/web-10'],
  ['a name', { fieldSelector: 'metadata.name=db' }, 'default/db'],
  ['two fields', { fieldSelector: 'spec.nodeName=n1,status.phase==Pending' }, 'default/db default/web-2'],
  ['a broken label selector', { labelSelector: 'app in' }, '400'],
  ['a broken field selector', { fieldSelector: 'spec.nodeName' }, '400'],
  ['a field that cannot be selected', { fieldSelector: 'spec.color=red' }, '400'],
])('selects by %s', async (_says, query, expected) => {
  expect(await names(await world(), pods, query)).toBe(expected);
});

test('a field that the kind cannot select is named', async () => {
  const made = await world();
  const says = async (path: string): Promise<string | undefined> => (await made.ask('GET', path, { query: { fieldSelector: 'spec.color=red' } })).body.message;
  expect([await says(pods), await says('/apis/coordination.k8s.io/v1/leases')]).toEqual(['field label not supported: spec.color', '"spec.color" is not a known field selector: only "metadata.name", "metadata.namespace"']);
});

test('the pages of a list are all of one moment', async () => {
  const made = await world();
  const first = await made.ask('GET', '/api/v1/pods', { query: { limit: 2 } });
  await made.ask('DELETE', `${pods}/db`, { body: { gracePeriodSeconds: 0 } });
  await made.ask('POST', pods, { body: { metadata: { name: 'new' } } });
  const second = await made.ask('GET', '/api/v1/pods', { query: { limit: 2, continue: first.body.metadata.continue } });
  const third = await made.ask('GET', '/api/v1/pods', { query: { limit: 2, continue: second.body.metadata.continue } });
  const all = [first, second, third].map(({ body }) => `${body.items.map(({ metadata }) => metadata.name).join(' ')} +${body.metadata.remainingItemCount ?? 0}`);
  expect(all).toEqual(['db web-1 +3', 'db web-10 +1', 'web-2 +0']);
  expect(new Set([first, second, third].map(({ body }) => body.metadata.resourceVersion)).size).toBe(1);
});

test('a page whose moment is forgotten says so, and how to go on', async () => {
  const made = await world(4);
  const first = await made.ask('GET', '/api/v1/pods', { query: { limit: 2 } });
  for (const name of ['x1', 'x2', 'x3', 'x4', 'x5']) await made.ask('POST', pods, { body: { metadata: { name } } });
  const gone = await made.ask('GET', '/api/v1/pods', { query: { limit: 2, continue: first.body.metadata.continue } });
  expect([gone.code, gone.reason]).toEqual([410, 'Expired']);
  expect(await names(made, '/api/v1/pods', { continue: gone.body.metadata.continue })).toBe('default/db default/web-10 default/web-2 default/x1 default/x2 default/x3 default/x4 default/x5');
});

test('an exact version shows what was', async () => {
  const made = await world();
  const { resourceVersion } = (await made.ask('GET', pods)).body.metadata;
  for (const round of ['1', '2']) await made.ask('PATCH', `${pods}/web-2`, { patch: 'application/merge-patch+json', body: { metadata: { labels: { round } } } });
  const then = await made.ask('GET', pods, { query: { resourceVersion, resourceVersionMatch: 'Exact' } });
  expect(then.body.items.map(({ metadata }) => metadata.labels?.['round'])).toEqual([undefined, undefined, undefined]);
  await made.ask('DELETE', `${pods}/db`, { body: { gracePeriodSeconds: 0 } });
  expect(await names(made, pods, { resourceVersion, resourceVersionMatch: 'Exact' })).toBe('default/db default/web-10 default/web-2');
  expect(await names(made, pods, { resourceVersion, resourceVersionMatch: 'NotOlderThan' })).toBe('default/web-10 default/web-2');
  expect(await names(made, pods, { resourceVersion: '0', limit: 1 })).toBe('default/web-10 default/web-2');
});

test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ['a version that is none', { resourceVersion: 'abc' }, '400 BadRequest'],
  ['a version of the future', { resourceVersion: '99999' }, '504 Timeout'],
  ['a match without a version', { resourceVersionMatch: 'Exact' }, '422 Invalid'],
  ['an exact match of any version', { resourceVersion: '0', resourceVersionMatch: 'Exact' }, '422 Invalid'],
  ['a match that is none', { resourceVersion: '1', resourceVersionMatch: 'Sort' }, '422 Invalid'],
  ['a limit that is none', { limit: 'few' }, '400 BadRequest'],
  ['a token that is none', { continue: 'abc' }, '400 BadRequest'],
  ['initial events without a watch', { sendInitialEvents: 'true' }, '422 Invalid'],
])('refuses %s', async (_says, query, expected) => {
  const { code, reason } = await embeddedWorld().ask('GET', pods, { query });
  expect(`${code} ${reason}`).toBe(expected);
});

test('deletes a selected part of a collection', async () => {
  const made = await world();
  await made.ask('DELETE', pods, { query: { labelSelector: 'app=web', gracePeriodSeconds: 0 } });
  expect(await names(made, pods)).toBe('default/db');
});
