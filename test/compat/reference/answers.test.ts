import { describe, expect, it } from 'vitest';
import { answerTo, attemptOf } from './answers.ts';

const node = (name: string, labels: object): object => ({ metadata: { name, labels } });
const objects = { nodes: [node('n1', { disk: 'ssd' }), node('n2', {})], pods: [], namespaces: [], persistentvolumeclaims: [], poddisruptionbudgets: [], priorityclasses: [node('high', {})] };
const ask = (path: string, query = ''): ReturnType<typeof answerTo> => answerTo(path, new URLSearchParams(query), objects);

describe('the stub of the API server', () => {
  it('says that pods can be evicted', () => {
    expect(ask('/api/v1').body).toMatchObject({ resources: expect.arrayContaining([expect.objectContaining({ name: 'pods/eviction', kind: 'Eviction' })]) as unknown });
  });

  it('lists only the nodes that a label selector chooses', () => {
    expect(ask('/api/v1/nodes').body).toMatchObject({ kind: 'NodeList', items: objects.nodes });
    expect(ask('/api/v1/nodes', 'labelSelector=disk').body).toMatchObject({ items: [objects.nodes[0]] });
    expect(ask('/api/v1/nodes', 'labelSelector=disk+in').status).toBe(400);
  });

  it('has a priority class, or says that there is none of that name', () => {
    expect(ask('/apis/scheduling.k8s.io/v1/priorityclasses/high').status).toBe(200);
    expect(ask('/apis/scheduling.k8s.io/v1/priorityclasses/low').status).toBe(404);
  });

  it('reads from an eviction who asked for it', () => {
    const body = JSON.stringify({ metadata: { annotations: { reason: 'triggered by a/b/PodLifeTime: ' } } });
    expect(attemptOf('/api/v1/namespaces/shop/pods/web-1/eviction', body)).toEqual({ namespace: 'shop', name: 'web-1', profile: 'a/b', strategy: 'PodLifeTime' });
    expect(attemptOf('/api/v1/namespaces/shop/events', body)).toBeUndefined();
  });
});
