import { blockStorage, provision, statefulSet } from '../../../src/embedded/machines/provision.ts';
import { type Resource, resources } from '../../../src/kube/paths.ts';
import { seconds } from '../../../src/model/time.ts';
import type { GroundWishes } from './ground.ts';
import { type Stage, namespace } from './stage.ts';

/** A change as an order names it. */
export interface Moment {
  readonly object: string;
  readonly aspect: string;
  readonly value: string;
}

/** Something that happens to a cluster, told once on the real controllers and compared ever after. */
export interface Situation {
  readonly name: string;
  readonly title: string;
  readonly wishes: GroundWishes;
  /** Before anything is written down. */
  prepare(stage: Stage): Promise<void>;
  play(stage: Stage): Promise<void>;
  /** Across objects: the first has to come before the second. Within one aspect of one object all order counts anyway. */
  readonly order: readonly (readonly [Moment, Moment])[];
}

/** Two machines; short times where Kubernetes has a flag for them. */
export const twoNodes: GroundWishes = { nodes: ['worker-1', 'worker-2'], gracePeriod: seconds(8), monitorPeriod: seconds(1), volumes: 1 };

/** How long pods stay on a node that is not ready. */
export const toleration = 20;

export const deployments: Resource = { group: 'apps', version: 'v1', plural: 'deployments', namespaced: true };
export const jobs: Resource = { group: 'batch', version: 'v1', plural: 'jobs', namespaced: true };

/** Every node is Ready and may be scheduled to. */
export async function ready(stage: Stage, nodes: readonly string[]): Promise<void> {
  for (const name of nodes) {
    await stage.until(`${name} is Ready and without taints`, async () => {
      const node = await stage.get<{ spec: { taints?: unknown[] }; status?: { conditions?: { type: string; status: string }[] } }>(resources.nodes, { name });
      return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true && (node.spec.taints ?? []).length === 0;
    });
  }
}

/** A StatefulSet of one pod with a volume, which runs on worker-1; worker-2 is free. */
export async function elasticsearchOnWorker1(stage: Stage, tolerationSeconds = toleration): Promise<void> {
  await ready(stage, twoNodes.nodes);
  await stage.cordon('worker-2');
  await provision(stage.api, [...blockStorage(1), ...statefulSet({ namespace, name: 'es', replicas: 1, tolerationSeconds })]);
  await stage.running(1);
  await stage.cordon('worker-2', false);
  await stage.quiet();
}

/** A pod of nobody's, on worker-1. */
export const barePod = (name: string, tolerations: readonly object[] = []): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } },
  spec: { automountServiceAccountToken: false, nodeName: 'worker-1', terminationGracePeriodSeconds: 5, tolerations, containers: [{ name: 'main', image: 'evenkeel.dev/writer:1' }] },
});

export const es0 = { namespace, name: 'es-0' };
export const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoSchedule' };
