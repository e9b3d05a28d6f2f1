import { describe, expect, test } from 'vitest';
import { aWorld, dedicated, nodesPath, type World } from '../../test/builders/acting.ts';
import { aStatus, isolated } from '../../test/builders/fencing.ts';
import type { Advance } from '../model/decision.ts';
import type { NodeFence, NodeFenceStatus } from '../model/nodefence.ts';
import { seconds } from '../model/time.ts';
import { carryOut } from './carry-out.ts';

const attachmentsPath = '/apis/storage.k8s.io/v1/volumeattachments';
const off = { class: 'off', items: [] } as const;
const deleting: Advance = { step: 'NodeDeleting', cause: 'off', note: 'n1 stays off', change: { reason: 'DeletingNode', message: 'n1 stays off' } };

function staysOff(given: Partial<NodeFenceStatus> = {}): { world: World; fence: NodeFence } {
  const world = aWorld();
  const fence = world.fence(aStatus('Returning', { evidence: off, ...given }));
  world.parts.power.add('n1-1', 'off', '');
  return { world, fence };
}

const remove = (world: World, fence: NodeFence) => carryOut(world.parts, { kind: 'deleteNode', fence, advance: deleting });
const isThere = (world: World): boolean => world.cluster.get(`${nodesPath}/n1`) !== undefined;
const attach = (world: World, node: string): void => void world.cluster.put(attachmentsPath, { metadata: { name: `csi-${node}` }, spec: { nodeName: node, attacher: 'csi', source: {} } });

describe('deleting the Node object', () => {
  test('is written down first, then done by UID and version', async () => {
    const { world, fence } = staysOff();
    attach(world, 'n2');
    await remove(world, fence);
    expect(world.cluster.writes).toMatchObject([{ verb: 'PUT' }, { verb: 'DELETE', path: `${nodesPath}/n1`, body: { preconditions: { uid: 'uid-n1', resourceVersion: expect.any(String) as unknown } } }]);
    expect(isThere(world)).toBe(false);
    expect(world.stored('n1-1').status?.reason).toBe('DeletingNode');
  });

  test.each<[string, (world: World) => void]>([
    ['a volume is attached that the watch has not told of', (world) => attach(world, 'n1')],
    ['the node is Ready', (world) => world.node({ ready: 'True' })],
    ['the node has booted anew', (world) => world.node({ bootID: 'boot-2' })],
    ['the Node object was replaced', (world) => world.node({ uid: 'uid-2' })],
    ['the Lease moved', (world) => world.renew('lease-2')],
    ['the status says on', (world) => world.parts.power.add('n1-1', 'on', '')],
    ['the status does not know', (world) => world.parts.power.add('n1-1', 'unknown', '')],
    ['the reading is more than 15 s old', (world) => void world.clock.advance(seconds(15.1))],
    ['the node changes in the same moment', (world) => world.cluster.meddle(/^DELETE/u, () => world.node({ ready: 'True' }))],
  ])('is not done when %s', async (_title, change) => {
    const { world, fence } = staysOff();
    change(world);
    await remove(world, fence);
    expect(isThere(world)).toBe(true);
  });

  test.each(['none', 'claimed', 'rebooted'] as const)('is not done on evidence %s', async (kind) => {
    const { world, fence } = staysOff({ evidence: { class: kind, items: [] } });
    await remove(world, fence);
    expect(isThere(world)).toBe(true);
  });

  test('is not done by a process that does not lead', async () => {
    const { world, fence } = staysOff({ reason: 'DeletingNode' });
    world.lead(false);
    await expect(remove(world, fence)).rejects.toThrow('does not lead');
    expect(isThere(world)).toBe(true);
  });
});

describe('giving back what a node had', () => {
  const before: NodeFenceStatus['before'] = { labels: { zone: 'a', rack: '1' }, taints: [{ key: 'gpu', effect: 'NoSchedule' }] };
  const returned: Advance = { step: 'NodeReregistered', cause: 'SameMachine', note: 'n1 is back', change: { phase: 'Returning', reason: 'Reregistered', returnedUID: 'uid-2' } };
  const restore = (world: World, fence: NodeFence) => carryOut(world.parts, { kind: 'restore', fence, nodeUID: 'uid-2', advance: returned });
  const labels = (world: World): unknown => world.cluster.get(`${nodesPath}/n1`)?.metadata['labels'];
  const back = (): { world: World; fence: NodeFence } => {
    const { world, fence } = staysOff({ before, nodeDeleted: '2026-01-01T00:00:00Z' });
    world.node({ uid: 'uid-2', bootID: 'boot-2', taints: [dedicated] });
    return { world, fence };
  };

  test('keeps what is there by now, adds the rest, and keeps new pods away', async () => {
    const { world, fence } = back();
    await restore(world, fence);
    expect(labels(world)).toEqual({ fencing: 'enabled', rack: '7', zone: 'a' });
    expect(world.taints()).toEqual([dedicated, { key: 'gpu', effect: 'NoSchedule' }, { ...isolated, value: 'returned' }]);
    expect(world.stored('n1-1').status?.returnedUID).toBe('uid-2');
  });

  test('never brings back keys of Kubernetes or our own', async () => {
    const { world } = back();
    const fence = world.fence(aStatus('Returning', { before: { labels: { 'evenkeel.dev/hold': '', 'node.kubernetes.io/x': '', 'kubernetes.io/x': '' }, taints: [{ key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' }] } }));
    await restore(world, fence);
    expect(Object.keys(labels(world) as object)).toEqual(['fencing', 'rack']);
    expect(world.taints().map(({ key }) => key)).toEqual(['dedicated', 'evenkeel.dev/fencing']);
  });

  test('gives nothing to a Node object that was replaced again', async () => {
    const { world, fence } = back();
    world.node({ uid: 'uid-3' });
    expect(await restore(world, fence)).toMatchObject({ kind: 'skipped' });
    expect(world.cluster.writes).toEqual([]);
  });

  test('gives nothing to another machine', async () => {
    const { world } = back();
    const fence = world.fence(aStatus('Returning', { before, identity: { systemUUID: 'other', machineID: 'machine-n1', leaseRenewTime: '' } }));
    expect(await restore(world, fence)).toMatchObject({ kind: 'skipped' });
    expect(world.cluster.writes).toEqual([]);
  });
});
