import { describe, expect, it, test } from 'vitest';
import { type WorkloadStage, aWorkload, aWorkloadStage, withImage, withSpec } from '../../../../test/builders/workloads.ts';
import { resources } from '../../../kube/paths.ts';
import { minutes, seconds } from '../../../model/time.ts';
import { runReplicaSets } from '../replicaset/replicaset.ts';
import type { ReplicaSet } from '../replicaset/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { runDeployments } from './deployment.ts';
import { type Deployment, slack } from './objects.ts';

async function started(spec: object = {}): Promise<WorkloadStage> {
  const stage = aWorkloadStage();
  stage.start(runDeployments);
  stage.start(runReplicaSets);
  stage.store.create(builtInResources.deployments, aWorkload('Deployment', { name: 'web', spec: { replicas: 4, progressDeadlineSeconds: 600, ...spec } }));
  await stage.settle();
  return stage;
}

const deployment = (stage: WorkloadStage): Deployment | undefined => stage.get<Deployment>(builtInResources.deployments, 'web');
const conditions = (stage: WorkloadStage): string[] => (deployment(stage)?.status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`).sort();
/** Image and size of each ReplicaSet, by revision. */
const sets = (stage: WorkloadStage): string[] =>
  [...stage.store.list<ReplicaSet>(builtInResources.replicasets)]
    .sort((left, right) => Number(left.metadata.annotations?.['deployment.kubernetes.io/revision']) - Number(right.metadata.annotations?.['deployment.kubernetes.io/revision']))
    .map(({ spec }) => `${spec.template.spec.containers[0]?.image} ${spec.replicas}`);

it('makes a ReplicaSet with the hash of its template, and says how it gets on', async () => {
  const stage = await started();
  const [set] = [...stage.store.list<ReplicaSet>(builtInResources.replicasets)];
  const hash = set?.metadata.labels?.['pod-template-hash'];
  expect(set?.metadata.name).toBe(`web-${hash}`);
  expect(set?.spec).toMatchObject({ replicas: 4, selector: { matchLabels: { 'app': 'web', 'pod-template-hash': hash } }, template: { metadata: { labels: { 'pod-template-hash': hash } } } });
  expect(set?.metadata.annotations).toEqual({
    'deployment.kubernetes.io/desired-replicas': '4', 'deployment.kubernetes.io/max-replicas': '5', 'deployment.kubernetes.io/revision': '1',
  });
  expect(conditions(stage)).toEqual(['Available=False MinimumReplicasUnavailable', 'Progressing=True ReplicaSetUpdated']);
  await stage.run();
  expect(conditions(stage)).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']);
  expect(deployment(stage)?.status).toMatchObject({ replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4, observedGeneration: deployment(stage)?.metadata.generation });
  expect(deployment(stage)?.status).not.toHaveProperty('unavailableReplicas');
});

describe('a rolling update', () => {
  it('never has more pods than it may, nor fewer available ones', async () => {
    const stage = await started();
    await stage.run();
    await stage.update(builtInResources.deployments, 'web', withImage('two'));
    // One more is allowed, one may be missing.
    expect(sets(stage)).toEqual(['one 3', 'two 2']);
    await stage.run();
    expect(sets(stage)).toEqual(['one 1', 'two 4']);
    await stage.run();
    expect(sets(stage)).toEqual(['one 0', 'two 4']);
    expect(conditions(stage)).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']);
    expect(stage.events('web')).toContain('ScalingReplicaSet');
  });

  it('stands still while the new pods do not become ready, and says so after the deadline', async () => {
    const stage = await started();
    await stage.run();
    await stage.update(builtInResources.deployments, 'web', withImage('two'));
    await stage.pass(seconds(599));
    expect(sets(stage)).toEqual(['one 3', 'two 2']);
    await stage.pass(seconds(2));
    expect(conditions(stage)).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=False ProgressDeadlineExceeded']);
  });

  it('goes back to a template that it had before without a new ReplicaSet', async () => {
    const stage = await started();
    await stage.run();
    await stage.update(builtInResources.deployments, 'web', withImage('two'));
    await stage.update(builtInResources.deployments, 'web', withImage('one'));
    await stage.run();
    await stage.run();
    expect(sets(stage)).toEqual(['two 0', 'one 4']);
  });

  it('gives each ReplicaSet its share when the size changes in the middle', async () => {
    const stage = await started();
    await stage.run();
    await stage.update(builtInResources.deployments, 'web', withImage('two'));
    await stage.update(builtInResources.deployments, 'web', withSpec({ replicas: 8 }));
    expect(sets(stage)).toEqual(['one 6', 'two 4']);
    const scaled = [...stage.store.list(resources.events)].map((event) => String(event['message'])).filter((message) => message.startsWith('Scaled up'));
    expect(scaled.map((message) => message.replace(/^.* from/u, 'from'))).toEqual(expect.arrayContaining(['from 3 to 6', 'from 2 to 4']));
  });

  it('waits while it is paused, but follows the size', async () => {
    const stage = await started({ paused: true });
    await stage.update(builtInResources.deployments, 'web', withSpec({ paused: false }));
    await stage.run();
    await stage.update(builtInResources.deployments, 'web', withSpec({ paused: true }));
    await stage.update(builtInResources.deployments, 'web', withImage('two'));
    await stage.update(builtInResources.deployments, 'web', withSpec({ replicas: 2 }));
    await stage.pass(minutes(20));
    expect(sets(stage)).toEqual(['one 2']);
    expect(conditions(stage)).toContain('Progressing=Unknown DeploymentPaused');
  });
});

it('with the strategy Recreate brings the new pods when the last old one has gone', async () => {
  const stage = await started({ strategy: { type: 'Recreate' } });
  await stage.run();
  stage.bind();
  await stage.update(builtInResources.deployments, 'web', withImage('two'));
  expect(sets(stage)).toEqual(['one 0']);
  const [last = '', ...others] = stage.pods().map((line) => line.replace(' (ending)', ''));
  await stage.end(...others);
  expect(sets(stage)).toEqual(['one 0']);
  await stage.end(last);
  expect(sets(stage)).toEqual(['one 0', 'two 4']);
});

it('keeps as many old ReplicaSets as the history limit says', async () => {
  const stage = await started({ revisionHistoryLimit: 1 });
  await stage.run();
  for (const image of ['two', 'three', 'four']) {
    await stage.update(builtInResources.deployments, 'web', withImage(image));
    for (let round = 0; round < 3; round += 1) await stage.run();
  }
  expect(sets(stage)).toEqual(['three 0', 'four 4']);
});

test.each<[replicas: number, maxSurge: number | string, maxUnavailable: number | string, expected: object]>([
  [4, '25%', '25%', { surge: 1, unavailable: 1 }],
  [10, '25%', '25%', { surge: 3, unavailable: 2 }],
  [3, 0, '10%', { surge: 0, unavailable: 1 }],
  [2, 1, 5, { surge: 1, unavailable: 2 }],
])('with %i replicas, surge %s and unavailable %s allows %o', (replicas, maxSurge, maxUnavailable, expected) => {
  const spec = { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } };
  expect(slack(aWorkload('Deployment', { name: 'web', spec }) as Deployment)).toEqual(expected);
});
