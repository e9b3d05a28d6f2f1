import { resources } from '../../../src/kube/paths.ts';
import { seconds } from '../../../src/model/time.ts';
import { type Situation, elasticsearchOnWorker1, es0, outOfService, toleration, twoNodes } from './situation.ts';
import type { Stage } from './stage.ts';

const podGone = async (stage: Stage, uid: string | undefined): Promise<boolean> => (await stage.get<{ metadata: { uid: string } }>(resources.pods, es0))?.metadata.uid !== uid;
const uidOf = async (stage: Stage): Promise<string | undefined> => (await stage.get<{ metadata: { uid: string } }>(resources.pods, es0))?.metadata.uid;
const isLeaving = async (stage: Stage): Promise<boolean> => (await stage.get<{ metadata: { deletionTimestamp?: string } }>(resources.pods, es0))?.metadata.deletionTimestamp !== undefined;

const notReady = { object: 'nodes/worker-1', aspect: 'Ready', value: 'Unknown NodeStatusUnknown' };
const evicted = { object: 'pods/es-0', aspect: 'deleting', value: 'in 30 s' };
const detached = { object: 'volumeattachments/disk-0 on worker-1', aspect: 'exists', value: 'no' };
const attachedAnew = { object: 'volumeattachments/disk-0 on worker-2', aspect: 'attached', value: 'true' };
const unreachable = 'node.kubernetes.io/unreachable:NoExecute node.kubernetes.io/unreachable:NoSchedule';

/** What becomes of pods and volumes when a node dies. */
export const nodeSituations: readonly Situation[] = [
  {
    name: 'kubelet-dead',
    title: 'a kubelet goes silent until its node is Unknown and its pods are told to end, and comes back',
    wishes: twoNodes,
    prepare: elasticsearchOnWorker1,
    async play(stage) {
      await stage.step('the kubelet of worker-1 stops', 5, async () => {
        stage.machine('worker-1').stopKubelet();
        await stage.until('the pod is told to end', () => isLeaving(stage));
        await stage.quiet(30);
      });
      await stage.step('the kubelet of worker-1 is back', 5, async () => {
        await stage.cordon('worker-2');
        stage.machine('worker-1').startKubelet();
        await stage.running(1);
        await stage.quiet();
      });
    },
    order: [[notReady, { object: 'pods/es-0', aspect: 'Ready', value: 'False' }], [{ object: 'nodes/worker-1', aspect: 'taints', value: unreachable }, evicted]],
  },
  {
    name: 'node-deleted',
    title: 'a dead machine\'s Node is deleted',
    wishes: twoNodes,
    prepare: (stage) => elasticsearchOnWorker1(stage, 600),
    async play(stage) {
      await stage.step('worker-1 loses power', 5, async () => {
        stage.machine('worker-1').powerOff();
        await stage.quiet(12);
      });
      await stage.step('its Node is deleted', 30, async () => {
        const uid = await uidOf(stage);
        await stage.delete(resources.nodes, { name: 'worker-1' });
        await stage.until('its pods are collected', () => podGone(stage, uid));
        await stage.quiet(15);
      });
    },
    order: [[{ object: 'nodes/worker-1', aspect: 'exists', value: 'no' }, { object: 'pods/es-0', aspect: 'exists', value: 'no' }]],
  },
  {
    name: 'out-of-service-terminating',
    title: 'a dead node is declared out of service while a pod on it is terminating',
    wishes: twoNodes,
    prepare: elasticsearchOnWorker1,
    async play(stage) {
      await stage.step('worker-1 loses power, and its pod is told to end', 5, async () => {
        stage.machine('worker-1').powerOff();
        await stage.until('the pod is told to end', () => isLeaving(stage));
        await stage.quiet();
      });
      await stage.step('it is declared out of service', 24, async () => {
        await stage.taint('worker-1', outOfService);
        await stage.running(1);
        await stage.quiet();
      });
    },
    order: [[detached, attachedAnew]],
  },
  {
    name: 'out-of-service-nothing-terminating',
    title: 'a dead node is declared out of service while no pod on it is terminating',
    wishes: twoNodes,
    prepare: (stage) => elasticsearchOnWorker1(stage, 600),
    async play(stage) {
      await stage.step('worker-1 loses power', 5, async () => {
        stage.machine('worker-1').powerOff();
        await stage.quiet(12);
      });
      await stage.step('it is declared out of service', 5, async () => {
        await stage.taint('worker-1', outOfService);
        await stage.sleep(50);
      });
      await stage.step('the pod is deleted', 24, async () => {
        await stage.delete(resources.pods, es0);
        await stage.running(1);
        await stage.quiet();
      });
    },
    order: [[detached, attachedAnew]],
  },
  {
    name: 'taint-on-ready-node',
    title: 'a pod is deleted on a living node that is still declared out of service',
    wishes: twoNodes,
    prepare: elasticsearchOnWorker1,
    async play(stage) {
      await stage.step('worker-1 is declared out of service although it lives', 5, async () => {
        await stage.taint('worker-1', outOfService);
        await stage.quiet(30);
      });
      await stage.step('the pod is deleted', 8, async () => {
        const uid = await uidOf(stage);
        await stage.delete(resources.pods, es0);
        await stage.until('the pod is replaced', () => podGone(stage, uid));
        await stage.running(1);
        await stage.quiet();
      });
      await stage.step('the taint is taken off', 5, async () => {
        await stage.taint('worker-1', outOfService, 'remove');
        await stage.quiet();
      });
    },
    order: [[detached, attachedAnew]],
  },
  {
    name: 'forced-with-volume',
    title: 'a StatefulSet\'s pod is force-deleted while its volume is still said to be in use',
    wishes: twoNodes,
    prepare: (stage) => elasticsearchOnWorker1(stage, 600),
    async play(stage) {
      await stage.step('worker-1 loses power', 5, async () => {
        stage.machine('worker-1').powerOff();
        await stage.quiet(12);
      });
      await stage.step('the pod is force-deleted', 12, async () => {
        await stage.delete(resources.pods, es0, { gracePeriodSeconds: 0 });
        await stage.until('the volume is pulled after six minutes, and the pod runs elsewhere', async () => (await stage.pods()).some(({ status }) => status?.phase === 'Running'), 480);
        await stage.quiet();
      });
    },
    order: [[detached, attachedAnew]],
  },
  {
    name: 'forced-before-not-ready',
    title: 'a pod is force-deleted before its dead node is found out',
    wishes: twoNodes,
    async prepare(stage) {
      await elasticsearchOnWorker1(stage, 600);
      // Or the new pod would be scheduled to the node that still looks well.
      await stage.cordon('worker-1');
      await stage.quiet();
    },
    async play(stage) {
      await stage.step('worker-1 loses power, and the pod is force-deleted at once', 12, async () => {
        stage.machine('worker-1').powerOff();
        await stage.delete(resources.pods, es0, { gracePeriodSeconds: 0 });
        await stage.until('the volume is pulled after six minutes, and the pod runs elsewhere', async () => (await stage.pods()).some(({ status }) => status?.phase === 'Running'), 480);
        await stage.quiet();
      });
    },
    order: [[notReady, detached], [detached, attachedAnew]],
  },
  {
    name: 'all-nodes-down',
    title: 'all nodes go silent at once, and one comes back',
    // Both are found to be silent in the same look.
    wishes: { ...twoNodes, monitorPeriod: seconds(5), gracePeriod: seconds(16) },
    prepare: elasticsearchOnWorker1,
    async play(stage) {
      await stage.step('both kubelets stop', 8, async () => {
        for (const name of twoNodes.nodes) stage.machine(name).stopKubelet();
        await stage.sleep(30 + toleration);
      });
      await stage.step('the kubelet of worker-2 is back', 8, async () => {
        stage.machine('worker-2').startKubelet();
        await stage.until('the pod is told to end', () => isLeaving(stage));
        await stage.quiet();
      });
    },
    order: [],
  },
];
