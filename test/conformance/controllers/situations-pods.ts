import { deployment, provision } from '../../../src/embedded/machines/provision.ts';
import { ApiError } from '../../../src/kube/api.ts';
import { objectPath, resources } from '../../../src/kube/paths.ts';
import { type Situation, barePod, deployments, jobs, outOfService, ready, toleration, twoNodes } from './situation.ts';
import { type Stage, namespace } from './stage.ts';

const oneNode = { ...twoNodes, nodes: ['worker-1'] };
const dedicated = { key: 'dedicated', value: 'x', effect: 'NoExecute' };

async function deploymentOf(stage: Stage, replicas: number): Promise<void> {
  await ready(stage, oneNode.nodes);
  await provision(stage.api, deployment({ namespace, name: 'web', replicas }));
  await stage.running(replicas);
  await stage.quiet();
}

/** Name of the pod that was made last: the only one of which both grounds mean the same. */
const newest = async (stage: Stage): Promise<string> => [...(await stage.pods())].sort((left, right) => (left.metadata.creationTimestamp < right.metadata.creationTimestamp ? 1 : -1))[0]?.metadata.name ?? '';

/** What the controllers of pods do. */
export const podSituations: readonly Situation[] = [
  {
    name: 'budget-at-its-limit',
    title: 'a disruption budget is at its limit, recovers, and is used up again',
    wishes: oneNode,
    async prepare(stage) {
      await deploymentOf(stage, 2);
    },
    async play(stage) {
      await stage.step('a budget of two is made', 5, async () => {
        await stage.create(resources.poddisruptionbudgets, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } });
        await stage.quiet();
      });
      await stage.step('an eviction is refused', 5, async () => {
        if ((await evict(stage)) !== 429) throw new Error('The eviction was not refused: the budget allows none');
        await stage.quiet();
      });
      await stage.step('a third pod is wished for', 5, async () => {
        await stage.patch(deployments, { namespace, name: 'web' }, { spec: { replicas: 3 } });
        await stage.running(3);
        await stage.quiet();
      });
      await stage.step('an eviction is allowed', 5, async () => {
        if ((await evict(stage)) !== 201) throw new Error('The eviction was refused: the budget allows one');
        await stage.running(3);
        await stage.quiet();
      });
    },
    order: [],
  },
  {
    name: 'deployment-pod-replaced',
    title: 'a Deployment\'s pod is deleted and replaced',
    wishes: oneNode,
    prepare: (stage) => deploymentOf(stage, 1),
    async play(stage) {
      await stage.step('the pod is deleted', 5, async () => {
        const name = await newest(stage);
        await stage.delete(resources.pods, { namespace, name });
        await stage.until('another pod runs', async () => (await stage.pods()).every(({ metadata }) => metadata.name !== name));
        await stage.running(1);
        await stage.quiet();
      });
      await stage.step('the Deployment is deleted', 5, async () => {
        await stage.delete(deployments, { namespace, name: 'web' }, { propagationPolicy: 'Background' });
        await stage.until('its pods are gone', async () => (await stage.pods()).length === 0);
        await stage.quiet();
      });
    },
    order: [],
  },
  {
    name: 'no-execute',
    title: 'a taint NoExecute drives out pods, each in its own time',
    wishes: oneNode,
    async prepare(stage) {
      await ready(stage, oneNode.nodes);
      await stage.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      // Not before the namespace has its service account, where that is asked for.
      await stage.until('a pod may be made', () => stage.create(resources.pods, barePod('at-once')).then(() => true, () => false));
      await stage.create(resources.pods, barePod('later', [{ ...dedicated, operator: 'Equal', tolerationSeconds: 12 }]));
      await stage.create(resources.pods, barePod('never', [{ key: 'dedicated', operator: 'Exists' }]));
      await stage.running(3);
      await stage.quiet();
    },
    async play(stage) {
      await stage.step('the node is tainted', 5, async () => {
        await stage.taint('worker-1', dedicated);
        await stage.until('two pods are gone', async () => (await stage.pods()).length === 1);
        await stage.quiet(15);
      });
      await stage.step('the taint is taken off', 5, async () => {
        await stage.taint('worker-1', dedicated, 'remove');
        await stage.quiet();
      });
    },
    order: [[{ object: 'pods/at-once', aspect: 'exists', value: 'no' }, { object: 'pods/later', aspect: 'deleting', value: 'in 5 s' }]],
  },
  {
    name: 'job-on-dead-node',
    title: 'a Job\'s pod, held by its finalizer, is on a node that dies and is declared out of service',
    wishes: twoNodes,
    async prepare(stage) {
      await ready(stage, twoNodes.nodes);
      await stage.cordon('worker-2');
      await stage.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const tolerations = ['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: toleration }));
      const spec = { automountServiceAccountToken: false, restartPolicy: 'Never', tolerations, containers: [{ name: 'main', image: 'evenkeel.dev/writer:1' }] };
      await stage.create(jobs, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'backup' }, spec: { backoffLimit: 3, template: { spec } } });
      await stage.running(1);
      await stage.cordon('worker-2', false);
      await stage.quiet();
    },
    async play(stage) {
      await stage.step('worker-1 loses power, and the pod is told to end', 5, async () => {
        stage.machine('worker-1').powerOff();
        await stage.until('the pod is told to end', async () => (await stage.pods()).some(({ metadata }) => metadata.deletionTimestamp !== undefined));
        await stage.quiet(20);
      });
      await stage.step('it is declared out of service', 26, async () => {
        await stage.taint('worker-1', outOfService);
        await stage.until('the pod of the dead node is collected', async () => (await stage.pods()).length === 1);
        await stage.quiet();
      });
    },
    order: [],
  },
];

/** The status of an eviction of the newest pod. */
async function evict(stage: Stage): Promise<number> {
  const name = await newest(stage);
  try {
    await stage.api.call({ verb: 'POST', path: objectPath(resources.pods, { namespace, name }, 'eviction'), body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } } });
    return 201;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}
