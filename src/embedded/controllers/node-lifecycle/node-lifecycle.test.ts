import { describe, expect, it } from 'vitest';
import { type Stage, aStage, embeddedNode, embeddedPod, nodeNamed, podNamed, renew, taintsOf } from '../../../../test/builders/embedded.ts';
import { resources } from '../../../kube/paths.ts';
import { milliseconds, seconds } from '../../../model/time.ts';
import { conditionOf } from '../node-and-pod.ts';
import { realTimings } from '../timings.ts';
import { nodeLifecycle } from './node-lifecycle.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `node-${index + 1}`);
const both = ['unreachable:NoSchedule', 'unreachable:NoExecute'];

/** Nodes in one zone unless told otherwise, whose kubelets have just renewed their Leases. */
async function cluster(nodes: readonly string[], zone: (name: string) => string = () => 'a'): Promise<Stage & { stop: () => Promise<void> }> {
  const stage = aStage();
  for (const name of nodes) stage.store.create(resources.nodes, embeddedNode({ name, labels: { 'topology.kubernetes.io/zone': zone(name) } }));
  const stop = stage.start(nodeLifecycle(realTimings));
  for (const name of nodes) renew(stage, name);
  await stage.pass(milliseconds(0));
  return { ...stage, stop };
}

/** Time passes, and the kubelets of these nodes go on. */
async function live(stage: Stage, time: number, alive: readonly string[]): Promise<void> {
  for (let passed = 0; passed < time; passed += 5) {
    for (const name of alive) renew(stage, name);
    await stage.pass(seconds(5));
  }
}

/** The kubelet says Ready again. */
function report(stage: Stage, name: string, status: 'True' | 'False'): void {
  const node = nodeNamed(stage, name);
  if (node === undefined) throw new Error(`no node ${name}`);
  const lastHeartbeatTime = new Date(stage.clock.now().wall).toISOString();
  const conditions = (node.status?.conditions ?? []).map((each) => ({ ...each, status: each.type === 'Ready' ? status : 'False', lastHeartbeatTime }));
  stage.store.updateStatus(resources.nodes, { ...node, status: { ...node.status, conditions } });
  renew(stage, name);
}

describe('node lifecycle, of a node that falls silent', () => {
  it('says Unknown after the grace period, in the words of kube-controller-manager, and marks its pods', async () => {
    const stage = await cluster(names(3));
    stage.store.create(resources.pods, embeddedPod({ name: 'web', node: 'node-1' }));
    await live(stage, 45, ['node-2', 'node-3']);
    expect(conditionOf(nodeNamed(stage, 'node-1')!, 'Ready')?.status).toBe('True');
    await live(stage, 5, ['node-2', 'node-3']);
    const said = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: '2026-01-01T00:00:50Z', lastHeartbeatTime: '2026-01-01T00:00:00Z' };
    expect(nodeNamed(stage, 'node-1')?.status?.conditions).toEqual(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({ type, ...said })));
    expect(taintsOf(stage, 'node-1')).toEqual(both);
    expect(conditionOf(podNamed(stage, 'web')!, 'Ready')).toEqual({ type: 'Ready', status: 'False', lastTransitionTime: '2026-01-01T00:00:50Z' });
    expect(stage.events('node-1')).toEqual(['RegisteredNode', 'NodeNotReady']);
    expect(stage.events('web')).toEqual(['NodeNotReady']);
    expect(conditionOf(nodeNamed(stage, 'node-2')!, 'Ready')?.status).toBe('True');
    await stage.stop();
  });

  it('says NodeStatusNeverUpdated for one that never reported, after the grace period of a start', async () => {
    const stage = await cluster(names(1));
    stage.store.create(resources.nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'mute' }, spec: {} });
    await live(stage, 55, ['node-1']);
    expect(nodeNamed(stage, 'mute')?.status).toBeUndefined();
    await live(stage, 5, ['node-1']);
    expect(conditionOf(nodeNamed(stage, 'mute')!, 'Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusNeverUpdated' });
    await stage.stop();
  });

  it('gives it the grace period again when the controller is started anew', async () => {
    const stage = await cluster(names(2));
    await live(stage, 40, ['node-2']);
    await stage.stop();
    const stop = stage.start(nodeLifecycle(realTimings));
    await live(stage, 45, ['node-2']);
    expect(conditionOf(nodeNamed(stage, 'node-1')!, 'Ready')?.status).toBe('True');
    await live(stage, 10, ['node-2']);
    expect(conditionOf(nodeNamed(stage, 'node-1')!, 'Ready')?.status).toBe('Unknown');
    await stop();
  });

  it('takes the taints off again when it reports Ready: NoSchedule at once, NoExecute in the next round', async () => {
    const stage = await cluster(names(3));
    await live(stage, 55, ['node-2', 'node-3']);
    report(stage, 'node-1', 'True');
    await stage.pass(milliseconds(0));
    expect(taintsOf(stage, 'node-1')).toEqual(['unreachable:NoExecute']);
    await live(stage, 5, names(3));
    expect(taintsOf(stage, 'node-1')).toEqual([]);
    await stage.stop();
  });

  it('swaps unreachable for not-ready when its kubelet comes back and says False', async () => {
    const stage = await cluster(names(3));
    await live(stage, 55, ['node-2', 'node-3']);
    report(stage, 'node-1', 'False');
    await live(stage, 5, names(3));
    expect(taintsOf(stage, 'node-1')).toEqual(['not-ready:NoSchedule', 'not-ready:NoExecute']);
    await stage.stop();
  });

  it('sees no renewal while a clock that was set back has not caught up', async () => {
    const stage = await cluster(names(2));
    stage.clock.jumpWall(seconds(-3_600));
    await live(stage, 50, names(2));
    expect(names(2).map((name) => conditionOf(nodeNamed(stage, name)!, 'Ready')?.status)).toEqual(['Unknown', 'Unknown']);
    await stage.stop();
  });
});

describe('node lifecycle, of pods that are bound to a node that is down', () => {
  it('marks them not ready as they come', async () => {
    const stage = await cluster(names(3));
    await live(stage, 55, ['node-2', 'node-3']);
    stage.store.create(resources.pods, embeddedPod({ name: 'late', node: 'node-1' }));
    await stage.pass(milliseconds(0));
    expect(conditionOf(podNamed(stage, 'late')!, 'Ready')?.status).toBe('False');
    await stage.stop();
  });
});

describe('NoExecute taints', () => {
  it('come to one node of a zone at once and to another every ten seconds', async () => {
    const stage = await cluster(names(9));
    const dead = names(3);
    await live(stage, 50, names(9).slice(3));
    const tainted = (): number => dead.filter((name) => taintsOf(stage, name).includes('unreachable:NoExecute')).length;
    const seen = [tainted()];
    for (let step = 0; step < 4; step += 1) {
      await live(stage, 5, names(9).slice(3));
      seen.push(tainted());
    }
    expect(seen).toEqual([1, 1, 2, 2, 3]);
    await stage.stop();
  });

  it('stop in a small zone that is mostly down, and go on in the others', async () => {
    const stage = await cluster(names(8), (name) => (Number(name.slice(5)) <= 5 ? 'a' : 'b'));
    await live(stage, 120, ['node-1', 'node-6', 'node-7']);
    expect(names(8).filter((name) => taintsOf(stage, name).includes('unreachable:NoExecute'))).toEqual(['node-8']);
    expect(taintsOf(stage, 'node-5')).toEqual(['unreachable:NoSchedule']);
    await stage.stop();
  });

  it('go on slowly in a large zone that is mostly down', async () => {
    const stage = await cluster(names(60));
    await live(stage, 50 + 210, names(20));
    expect(names(60).filter((name) => taintsOf(stage, name).includes('unreachable:NoExecute'))).toHaveLength(3);
    await stage.stop();
  });

  it('go away when every zone is down, and come back one after the other when a node is there again', async () => {
    const stage = await cluster(names(4), (name) => (Number(name.slice(5)) <= 2 ? 'a' : 'b'));
    await live(stage, 60, ['node-3']);
    expect(taintsOf(stage, 'node-1')).toEqual(both);
    await live(stage, 60, []);
    expect(names(4).map((name) => taintsOf(stage, name))).toEqual(names(4).map(() => ['unreachable:NoSchedule']));
    report(stage, 'node-3', 'True');
    await live(stage, 10, ['node-3']);
    expect(taintsOf(stage, 'node-1')).toEqual(['unreachable:NoSchedule']);
    await live(stage, 5, ['node-3']);
    expect([taintsOf(stage, 'node-1'), taintsOf(stage, 'node-2')]).toEqual([both, ['unreachable:NoSchedule']]);
    await stage.stop();
  });

  it('wait for their turn again when the controller is started anew', async () => {
    const stage = await cluster(names(9));
    await live(stage, 90, names(9).slice(3));
    await stage.stop();
    const stop = stage.start(nodeLifecycle(realTimings));
    await stage.pass(milliseconds(0));
    expect(names(3).map((name) => taintsOf(stage, name).length)).toEqual([2, 1, 1]);
    await stop();
  });
});

describe('NoSchedule taints', () => {
  it.each([
    ['MemoryPressure', 'True', 'memory-pressure'],
    ['DiskPressure', 'True', 'disk-pressure'],
    ['PIDPressure', 'True', 'pid-pressure'],
    ['NetworkUnavailable', 'True', 'network-unavailable'],
    ['Ready', 'False', 'not-ready'],
  ])('say %s=%s at once', async (type, status, key) => {
    const stage = await cluster([]);
    stage.store.create(resources.nodes, embeddedNode({ name: 'node-1', taints: [{ key: 'mine', effect: 'NoSchedule' }] }));
    const node = nodeNamed(stage, 'node-1')!;
    const others = (node.status?.conditions ?? []).filter((each) => each.type !== type);
    stage.store.updateStatus(resources.nodes, { ...node, status: { conditions: [...others, { type, status }] } });
    await stage.pass(milliseconds(0));
    expect(taintsOf(stage, 'node-1').slice(0, 2)).toEqual(['mine:NoSchedule', `${key}:NoSchedule`]);
    await stage.stop();
  });

  it('follow the cordon', async () => {
    const stage = await cluster(names(1));
    const node = nodeNamed(stage, 'node-1')!;
    stage.store.update(resources.nodes, { ...node, spec: { unschedulable: true } });
    await stage.pass(milliseconds(0));
    expect(nodeNamed(stage, 'node-1')?.spec?.taints).toEqual([{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' }]);
    stage.store.update(resources.nodes, { ...nodeNamed(stage, 'node-1')!, spec: { taints: nodeNamed(stage, 'node-1')?.spec?.taints } });
    await stage.pass(milliseconds(0));
    expect(nodeNamed(stage, 'node-1')?.spec).toEqual({});
    await stage.stop();
  });
});
