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
