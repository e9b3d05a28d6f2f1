import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { embeddedWorld } from '../../../test/fakes/embedded-server.ts';
import { resources } from '../../kube/paths.ts';
import { Collection } from './collection.ts';
import type { KubeObject } from './object.ts';
import type { StoreEvent } from './server.ts';

const { pods, nodes } = resources;
const pod = (name: string, more: { readonly metadata?: object; readonly spec?: object } = {}): object => ({ metadata: { namespace: 'default', name, ...more.metadata }, spec: more.spec ?? {} });
const namesOf = (objects: Iterable<KubeObject>): string[] => [...objects].map(({ metadata }) => metadata.name);
const owner = (uid: string): object => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid, controller: true }] });

test('the controllers’ door follows the same rules as requests', () => {
  const { store } = embeddedWorld().server;
  store.create(nodes, { metadata: { name: 'n1' } });
  const first = store.get(nodes, { name: 'n1' });
  if (first === undefined) throw new Error('It was just made');
  const second = store.update(nodes, { ...first, metadata: { ...first.metadata, labels: { a: 'b' } } });
  expect(second.metadata).toMatchObject({ labels: { a: 'b' }, resourceVersion: '4' });
  expect(() => store.update(nodes, { ...first, spec: { unschedulable: true } })).toThrow('the object has been modified');
  expect(() => store.create(nodes, { metadata: { name: 'n1' } })).toThrow('nodes "n1" already exists');
  expect(() => store.create(pods, { metadata: { name: 'p' } })).toThrow('metadata.namespace');
  expect(() => store.remove(nodes, { name: 'n1' }, { uid: 'other' })).toThrow('does not match the UID in record');
  store.updateStatus(nodes, { ...second, status: { phase: 'x' }, spec: { unschedulable: true } });
  expect(store.get(nodes, { name: 'n1' })).toMatchObject({ status: { phase: 'x' } });
  expect(store.get(nodes, { name: 'n1' })?.spec).toBeUndefined();
  store.remove(nodes, { name: 'n1' });
  expect(store.get(nodes, { name: 'n1' })).toBeUndefined();
});

test('pods are found by their node and by their owner, without a walk', () => {
  const { store } = embeddedWorld().server;
  store.create(pods, pod('a', { metadata: owner('u1'), spec: { nodeName: 'n1' } }));
  const b = store.create(pods, pod('b', { metadata: owner('u1') }));
  store.create(pods, pod('c', { metadata: owner('u2'), spec: { nodeName: 'n1' } }));
  store.bind({ namespace: 'default', name: 'b', uid: b.metadata.uid }, 'n2');
  expect([namesOf(store.podsOn('n1')), namesOf(store.podsOn('n2')), namesOf(store.ownedBy(pods, 'u1'))]).toEqual([['a', 'c'], ['b'], ['a', 'b']]);
  store.remove(pods, { namespace: 'default', name: 'a' }, { gracePeriodSeconds: 0 });
  expect([namesOf(store.podsOn('n1')), namesOf(store.ownedBy(pods, 'u1'))]).toEqual([['c'], ['b']]);
  const { ownerReferences: _released, ...metadata } = store.get(pods, { namespace: 'default', name: 'b' })?.metadata ?? b.metadata;
  store.update(pods, { ...b, metadata });
  expect(namesOf(store.ownedBy(pods, 'u1'))).toEqual([]);
});

test('subscribers hear of each change after it was made', () => {
  const { store } = embeddedWorld().server;
  const heard: string[] = [];
  const stop = store.subscribe(pods, ({ type, object, before }: StoreEvent) => heard.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion} was ${before?.metadata.resourceVersion}`));
  store.create(pods, pod('a'));
  store.remove(pods, { namespace: 'default', name: 'a' });
  stop();
  store.create(pods, pod('b'));
  expect(heard).toEqual(['ADDED a@3 was undefined', 'MODIFIED a@4 was 3', 'DELETED a@5 was 4']);
});

test('what was not changed is shared from version to version', () => {
  const { store } = embeddedWorld().server;
  const before = store.create(pods, pod('a', { spec: { containers: [{ name: 'c' }] } }));
  const after = store.updateStatus(pods, { ...before, status: { phase: 'Running' } });
  expect([after.spec === before.spec, after.status]).toEqual([true, { phase: 'Running' }]);
});

test('a collection is always in order, and holds what it was given', () => {
  const names = fc.constantFrom('a/x', 'a-b/x', 'a/y', 'b/x', 'a.b/z', 'a/x-1');
  fc.assert(
    fc.property(fc.array(fc.record({ key: names, put: fc.boolean() }), { maxLength: 40 }), (steps) => {
      const collection = new Collection([({ metadata }) => metadata.namespace]);
      const expected = new Map<string, KubeObject>();
      for (const { key, put } of steps) {
        const [namespace = '', name = ''] = key.split('/');
        const object: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid: '', resourceVersion: '', creationTimestamp: '' } };
        if (put) collection.put(key, object);
        else collection.remove(key);
        if (put) expected.set(key, object);
        else expected.delete(key);
      }
      const keys = [...expected.keys()].sort();
      expect([...collection.entries()].map(([key]) => key)).toEqual(keys);
      for (const namespace of ['a', 'a-b', 'b']) {
        const inside = keys.filter((key) => key.startsWith(`${namespace}/`));
        expect([...collection.entries(namespace)].map(([key]) => key)).toEqual(inside);
        expect([...collection.indexed(0, namespace)].map(({ metadata }) => `${namespace}/${metadata.name}`).sort()).toEqual(inside);
      }
    }),
  );
});
