import { expect, test } from 'vitest';
import { ApiError, type ApiRequest } from '../kube/api.ts';
import { listCluster } from './cluster-list.ts';

test('a list whose place was lost in the middle is begun anew', async () => {
  let lost = false;
  const node = { metadata: { name: 'n1', uid: 'u', resourceVersion: '1' } };
  const call = <T>({ path, query }: ApiRequest): Promise<T> => {
    if (path !== '/api/v1/nodes') return Promise.resolve({ metadata: { resourceVersion: '9' }, items: [] } as T);
    if (query?.['continue'] === undefined) return Promise.resolve({ metadata: { resourceVersion: '9', continue: lost ? '' : 'more' }, items: [node] } as T);
    lost = true;
    return Promise.reject(new ApiError({ status: 410, reason: 'Expired', message: 'the token is too old' }));
  };
  const api = { call, watch: () => Promise.reject(new Error('nothing is watched')), close: () => Promise.resolve() };
  const { nodes } = await listCluster(api, { budgets: false, namespaces: false, claims: false, podDetails: false }, new AbortController().signal);
  expect(nodes.map(({ name }) => name)).toEqual(['n1']);
});

test('a list of pods with a damaged item is asked for again, and its error names it', async () => {
  // k8s\0, then a PodList in protobuf form: resourceVersion "9", and a pod whose metadata claims to be longer than the pod.
  const body = Buffer.from([0x6b, 0x38, 0x73, 0, 0x12, 9, 0x0a, 3, 0x12, 1, 0x39, 0x12, 2, 0x0a, 7]);
  let asked = 0;
  const call = <T>({ path, readProtobuf }: ApiRequest): Promise<T> => {
    if (path === '/api/v1/pods') asked += 1;
    return Promise.resolve((readProtobuf === undefined ? { metadata: { resourceVersion: '9' }, items: [] } : readProtobuf(body)) as T);
  };
  const api = { call, watch: () => Promise.reject(new Error('nothing is watched')), close: () => Promise.resolve() };
  const listing = listCluster(api, { budgets: false, namespaces: false, claims: false, podDetails: false }, new AbortController().signal);
  await expect(listing).rejects.toThrow('The list of /api/v1/pods cannot be read');
  expect(asked).toBe(3);
});
