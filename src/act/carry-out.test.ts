import { describe, expect, test } from 'vitest';
import { aWorld, dedicated, fencesPath, nodesPath, podsPath, settle, slotsPath, type World } from '../../test/builders/acting.ts';
import { aFence, aStatus, evicting, isolated, outOfService } from '../../test/builders/fencing.ts';
import { aPod, anOwner } from '../../test/builders/pod.ts';
import type { Api } from '../kube/api.ts';
import type { PodRecord } from '../model/cluster.ts';
import type { Advance, Decision } from '../model/decision.ts';
import type { NodeFence, NodeFenceStatus } from '../model/nodefence.ts';
import { seconds } from '../model/time.ts';
import { carryOut } from './carry-out.ts';
import { fenceName } from './open.ts';

const off = { class: 'off', items: [] } as const;
const isolating: Advance = { step: 'Isolating', cause: 'ThresholdPassed', note: 'n1 is isolated', change: { phase: 'Isolating', reason: 'ThresholdPassed', identity: aStatus('Held').identity } };
const isolate = (fence: NodeFence, slots = 1): Decision => ({ kind: 'isolate', fence, slots, advance: isolating });
const toReturning: Advance = { step: 'Released', cause: 'off', note: 'n1 holds nothing any more', change: { phase: 'Returning', reason: 'Released' } };
const recovered: Advance = { step: 'Recovered', cause: 'ReadyAgain', note: 'n1 is Ready again', change: { phase: 'Recovered', reason: 'ReadyAgain' } };
const holder = (world: World, slot = 0): unknown => world.cluster.get(`${slotsPath}/evenkeel-slot-${slot}`)?.['spec'];
const order = (world: World): string[] => world.cluster.writes.map(({ verb, path }) => `${verb} ${path.split('/').slice(-2).join('/')}`);
const store = (world: World, name: string, status: NodeFenceStatus): NodeFence => {
  world.cluster.put(fencesPath, { ...aFence(status, { name, spec: { nodeName: 'n2' } }), metadata: { name } });
  return world.stored(name);
};

describe('opening a fence', () => {
  const { spec } = aFence();

  test('two leaders that open the same attempt meet in its name', async () => {
    const world = aWorld();
    const open: Decision = { kind: 'open', node: 'n1', spec, note: '' };
    expect(await carryOut(world.parts, open)).toMatchObject({ kind: 'done' });
    expect(await carryOut(world.parts, open)).toMatchObject({ kind: 'skipped' });
    expect(world.stored(fenceName(spec)).spec).toEqual(spec);
  });

  test('node, boot and attempt each make another name', () => {
    const names = [spec, { ...spec, nodeUID: 'x' }, { ...spec, bootID: 'x' }, { ...spec, attempt: 2 }, { ...spec, nodeName: 'n2' }].map(fenceName);
    expect(new Set(names).size).toBe(5);
  });

  test('a long node name still makes a valid name', () => {
    expect(fenceName({ ...spec, nodeName: `${'a'.repeat(199)}.b${'c'.repeat(52)}` })).toMatch(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])$/u);
  });
});

describe('isolating a node', () => {
  test('takes the slot, then the record, then the taint', async () => {
    const world = aWorld();
    const fence = world.fence(aStatus('Held'));
    expect(await carryOut(world.parts, isolate(fence))).toMatchObject({ kind: 'done', records: [{ step: 'Isolating' }] });
    expect(order(world)).toEqual(['POST evenkeel-system/leases', 'PUT n1-1/status', 'PATCH nodes/n1']);
    expect(holder(world)).toMatchObject({ holderIdentity: 'n1-1' });
  });

  test('is not done without a free slot', async () => {
    const world = aWorld();
    store(world, 'n2-1', aStatus('Verifying'));
    world.cluster.put(slotsPath, { metadata: { name: 'evenkeel-slot-0' }, spec: { holderIdentity: 'n2-1' } });
    expect(await carryOut(world.parts, isolate(world.fence(aStatus('Held'))))).toMatchObject({ kind: 'skipped' });
    expect(world.cluster.writes).toEqual([]);
  });

  test('uses a second slot where two are allowed', async () => {
    const world = aWorld();
    store(world, 'n2-1', aStatus('Verifying'));
    world.cluster.put(slotsPath, { metadata: { name: 'evenkeel-slot-0' }, spec: { holderIdentity: 'n2-1' } });
    expect(await carryOut(world.parts, isolate(world.fence(aStatus('Held')), 2))).toMatchObject({ kind: 'done' });
    expect(holder(world, 1)).toMatchObject({ holderIdentity: 'n1-1' });
  });

  test.each<[string, (world: World) => unknown]>([
    ['has ended', (world) => store(world, 'n2-1', aStatus('Succeeded'))],
    ['has released everything', (world) => store(world, 'n2-1', aStatus('Returning'))],
    ['waits for a person', (world) => store(world, 'n2-1', aStatus('NeedsHuman'))],
    ['is held again', (world) => store(world, 'n2-1', aStatus('Held'))],
    ['was deleted', () => undefined],
  ])('takes over the slot of a fence that %s', async (_title, prepare) => {
    const world = aWorld();
    prepare(world);
    world.cluster.put(slotsPath, { metadata: { name: 'evenkeel-slot-0' }, spec: { holderIdentity: 'n2-1' } });
    expect(await carryOut(world.parts, isolate(world.fence(aStatus('Held'))))).toMatchObject({ kind: 'done' });
    expect(holder(world)).toMatchObject({ holderIdentity: 'n1-1' });
  });

  test('of two nodes that die at once takes one', async () => {
    const world = aWorld();
    const fences = [world.fence(aStatus('Held')), store(world, 'n2-1', aStatus('Held'))];
    // Records take longer to be written than others to look at them.
    const api: Api = { ...world.cluster, call: async (request) => (request.verb === 'PUT' ? settle().then(() => world.cluster.call(request)) : world.cluster.call(request)) };
    const outcomes = await Promise.all(fences.map((fence) => carryOut({ ...world.parts, api }, isolate(fence))));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['done', 'skipped']);
    expect(['n1-1', 'n2-1'].map((name) => world.stored(name).status?.phase ?? '').toSorted()).toEqual(['Held', 'Isolating']);
  });

  test('does not take a second slot when the answer to the first is lost', async () => {
    const world = aWorld();
    const fence = world.fence(aStatus('Held'));
    world.cluster.meddle(/^POST .*leases$/u, 'loseReply');
    await expect(carryOut(world.parts, isolate(fence, 2))).rejects.toMatchObject({ status: 0 });
    expect(await carryOut(world.parts, isolate(fence, 2))).toMatchObject({ kind: 'done' });
    expect(holder(world, 1)).toBeUndefined();
  });

  test('does nothing to the node when the record was changed by somebody else', async () => {
    const world = aWorld();
    const fence = world.fence(aStatus('Held'));
    world.fence(aStatus('Held'), { cancelled: true });
    expect(await carryOut(world.parts, isolate(fence))).toMatchObject({ kind: 'skipped' });
    expect(world.taints()).toEqual([dedicated]);
  });
});

describe('the end of what holds a slot', () => {
  const held = async (): Promise<{ world: World; fence: NodeFence }> => {
    const world = aWorld();
    await carryOut(world.parts, isolate(world.fence(aStatus('Held', { evidence: off }))));
    return { world, fence: world.stored('n1-1') };
  };

  test('is recorded before the slot is given back', async () => {
    const { world, fence } = await held();
    await carryOut(world.parts, { kind: 'advance', fence, advance: toReturning, releaseSlot: true });
    expect(order(world).slice(-2)).toEqual(['PUT n1-1/status', 'PUT leases/evenkeel-slot-0']);
    expect(holder(world)).toMatchObject({ holderIdentity: '' });
  });

  test.each<[string, (fence: NodeFence) => Decision]>([
    ['a release', (fence) => ({ kind: 'advance', fence, advance: toReturning, releaseSlot: true })],
    ['a withdrawal', (fence) => ({ kind: 'withdraw', fence, advance: recovered })],
  ])('keeps the slot while %s cannot be recorded', async (_title, decide) => {
    const { world, fence } = await held();
    world.cluster.meddle(/^PUT .*status$/u, 'refuse');
    await expect(carryOut(world.parts, decide(fence))).rejects.toMatchObject({ status: 500 });
    expect(holder(world)).toMatchObject({ holderIdentity: 'n1-1' });
  });

  test('is reported though the slot could not be given back', async () => {
    const { world, fence } = await held();
    world.cluster.meddle(/^PUT .*leases/u, 'refuse', 9);
    expect(await carryOut(world.parts, { kind: 'advance', fence, advance: toReturning, releaseSlot: true })).toMatchObject({ kind: 'done', records: [{ step: 'Released' }] });
  });

  test('takes our taints off before it is recorded', async () => {
    const { world, fence } = await held();
    world.node({ taints: [dedicated, evicting, outOfService], ready: 'True' });
    await carryOut(world.parts, { kind: 'withdraw', fence, advance: recovered });
    expect(world.taints()).toEqual([dedicated]);
    expect(order(world).slice(-3)).toEqual(['PATCH nodes/n1', 'PUT n1-1/status', 'PUT leases/evenkeel-slot-0']);
  });

  test('comes though the Node object is gone', async () => {
    const { world, fence } = await held();
    world.cluster.drop(`${nodesPath}/n1`);
    expect(await carryOut(world.parts, { kind: 'withdraw', fence, advance: { ...recovered, change: { phase: 'Aborted', reason: 'NodeGone' } } })).toMatchObject({ kind: 'done' });
    expect(world.stored('n1-1').status).toMatchObject({ phase: 'Aborted' });
  });

  test('comes for a record that was never taken up', async () => {
    const world = aWorld();
    const fence = world.fence();
    await carryOut(world.parts, { kind: 'withdraw', fence, advance: { ...recovered, change: { phase: 'Aborted', reason: 'IdentityChanged', message: 'gone' } } });
    expect(world.stored('n1-1').status).toMatchObject({ phase: 'Aborted', evidence: { class: 'none' }, conditions: [{ type: 'Fenced', status: 'False' }, {}, {}, {}] });
  });
});

describe('force-deleting', () => {
  const pod = (given: Partial<PodRecord> = {}): PodRecord => aPod({ name: 'es-0', uid: 'uid-es-0', owners: [anOwner({ kind: 'StatefulSet', name: 'es' })], ...given });
  const putPod = (world: World, name: string, given: { uid?: string; node?: string; ending?: boolean } = {}): void =>
    void world.cluster.put(podsPath, {
      metadata: { name, namespace: 'shop', uid: given.uid ?? `uid-${name}`, ...(given.ending === false ? {} : { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
      spec: { nodeName: given.node ?? 'n1' },
    });
  const releasing = (given: Partial<NodeFenceStatus> = {}): { world: World; fence: NodeFence } => {
    const world = aWorld();
    const fence = world.fence(aStatus('Releasing', { evidence: off, ...given }));
    world.parts.power.add('n1-1', 'off', '');
    putPod(world, 'es-0');
    return { world, fence };
  };
  const free = (world: World, fence: NodeFence, ...pods: PodRecord[]) => carryOut(world.parts, { kind: 'forceDelete', fence, pods: pods.length > 0 ? pods : [pod()] });

  test('names the pod by UID and gives it no time', async () => {
    const { world, fence } = releasing();
    expect(await free(world, fence)).toMatchObject({ kind: 'done', records: [{ step: 'PodReleased', cause: 'StatefulSet', pod: { namespace: 'shop', name: 'es-0', uid: 'uid-es-0' } }] });
    expect(world.cluster.writes).toMatchObject([{ verb: 'DELETE', path: `${podsPath}/es-0`, body: { gracePeriodSeconds: 0, preconditions: { uid: 'uid-es-0' } } }]);
  });

  test.each<[string, (world: World) => void]>([
    ['the pod was replaced', (world) => putPod(world, 'es-0', { uid: 'uid-new' })],
    ['the pod was not told to end', (world) => putPod(world, 'es-0', { ending: false })],
    ['the pod is on another node', (world) => putPod(world, 'es-0', { node: 'n2' })],
    ['the pod is gone', (world) => world.cluster.drop(`${podsPath}/es-0`)],
    ['the node is Ready', (world) => world.node({ ready: 'True' })],
    ['the node has booted anew', (world) => world.node({ bootID: 'boot-2' })],
    ['the Node object was replaced', (world) => world.node({ uid: 'uid-2' })],
    ['the Lease moved', (world) => world.renew('lease-2')],
    ['the status says on', (world) => world.parts.power.add('n1-1', 'on', '')],
    ['the status does not know', (world) => world.parts.power.add('n1-1', 'unknown', '')],
  ])('is not done when %s', async (_title, change) => {
    const { world, fence } = releasing();
    change(world);
    expect(await free(world, fence)).toMatchObject({ kind: 'skipped' });
    expect(world.cluster.writes).toEqual([]);
  });

  test.each(['none', 'rebooted'] as const)('is not done on evidence %s', async (kind) => {
    const { world, fence } = releasing({ evidence: { class: kind, items: [] } });
    expect(await free(world, fence)).toMatchObject({ kind: 'skipped' });
    expect(world.cluster.writes).toEqual([]);
  });

  test('is not done on a reading of more than 15 s ago', async () => {
    const { world, fence } = releasing();
    await world.clock.advance(seconds(15.1));
    expect(await free(world, fence)).toMatchObject({ kind: 'skipped' });
  });

  test('does not hit a pod that takes the name in the same moment', async () => {
    const { world, fence } = releasing();
    world.cluster.meddle(/^DELETE/u, () => putPod(world, 'es-0', { uid: 'uid-new' }));
    expect(await free(world, fence)).toMatchObject({ kind: 'skipped' });
    expect(world.cluster.get(`${podsPath}/es-0`)).toBeDefined();
  });

  test('is content when the pod vanishes in the same moment', async () => {
    const { world, fence } = releasing();
    world.cluster.meddle(/^DELETE/u, () => world.cluster.drop(`${podsPath}/es-0`));
    expect(await free(world, fence)).toMatchObject({ kind: 'skipped' });
  });

  test('looks at the node again when the pods take long', async () => {
    const { world, fence } = releasing();
    putPod(world, 'es-1');
    world.cluster.meddle(/^DELETE .*es-0/u, () => {
      void world.clock.advance(seconds(6));
      world.node({ ready: 'True' });
    });
    expect(await free(world, fence, pod(), pod({ name: 'es-1', uid: 'uid-es-1' }))).toMatchObject({ records: [{ pod: { name: 'es-0' } }] });
    expect(world.cluster.get(`${podsPath}/es-1`)).toBeDefined();
  });

  test('goes on with the others when one is refused, and says so when all are', async () => {
    const { world, fence } = releasing();
    putPod(world, 'es-1');
    world.cluster.meddle(/^DELETE .*es-0/u, 'refuse', 2);
    expect(await free(world, fence, pod(), pod({ name: 'es-1', uid: 'uid-es-1' }))).toMatchObject({ records: [{ pod: { name: 'es-1' } }] });
    await expect(free(world, fence)).rejects.toMatchObject({ status: 500 });
  });

  test('is safe to meet twice when the reply is lost', async () => {
    const { world, fence } = releasing();
    world.cluster.meddle(/^DELETE/u, 'loseReply');
    await expect(free(world, fence)).rejects.toMatchObject({ status: 0 });
    expect(await free(world, fence)).toMatchObject({ kind: 'skipped' });
  });
});

test('the next attempt is opened before this one is closed, and meeting it twice changes nothing', async () => {
  const world = aWorld();
  const fence = world.fence(aStatus('Verifying'));
  const spec = { ...fence.spec, attempt: 2 };
  const escalate: Decision = { kind: 'escalate', fence, spec, advance: { step: 'Escalated', cause: 'NotProved', note: 'no proof', change: { phase: 'Aborted', reason: 'NotProved' } } };
  world.cluster.meddle(/^PUT .*status$/u, 'refuse');
  await expect(carryOut(world.parts, escalate)).rejects.toMatchObject({ status: 500 });
  expect(world.stored(fenceName(spec)).spec.attempt).toBe(2);
  expect(await carryOut(world.parts, escalate)).toMatchObject({ kind: 'done', records: [{ step: 'Escalated' }] });
  expect(world.stored('n1-1').status).toMatchObject({ phase: 'Aborted', reason: 'NotProved' });
});

test('a closed record is forgotten only as it was seen', async () => {
  const world = aWorld();
  const fence = world.fence(aStatus('Succeeded'));
  world.fence(aStatus('Succeeded', { message: 'changed' }));
  expect(await carryOut(world.parts, { kind: 'forget', fence })).toMatchObject({ kind: 'skipped' });
  expect(await carryOut(world.parts, { kind: 'forget', fence: world.stored('n1-1') })).toMatchObject({ kind: 'done' });
  expect(world.cluster.get(`${fencesPath}/n1-1`)).toBeUndefined();
});

describe('a process that does not lead', () => {
  const fence = (world: World): NodeFence => world.fence(aStatus('Releasing', { evidence: off }));
  const decisions: [string, (world: World) => Decision][] = [
    ['open', () => ({ kind: 'open', node: 'n1', spec: { ...aFence().spec, attempt: 9 }, note: '' })],
    ['advance', (world) => ({ kind: 'advance', fence: fence(world), advance: toReturning, releaseSlot: true })],
    ['isolate', (world) => isolate(fence(world))],
    ['taint', (world) => ({ kind: 'taint', fence: fence(world), effect: 'NoExecute', needs: 'off', advance: toReturning })],
    ['command', (world) => ({ kind: 'command', fence: world.fence(aStatus('Isolating')), action: 'off', slots: 1 })],
    ['powerOn', (world) => ({ kind: 'powerOn', fence: fence(world) })],
    ['outOfService', (world) => ({ kind: 'outOfService', fence: fence(world), note: '' })],
    ['forceDelete', (world) => {
      world.cluster.put(podsPath, { metadata: { name: 'es-0', namespace: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' }, spec: { nodeName: 'n1' } });
      return { kind: 'forceDelete', fence: fence(world), pods: [aPod({ name: 'es-0', uid: 'uid-es-0' })] };
    }],
    ['withdraw', (world) => ({ kind: 'withdraw', fence: fence(world), advance: recovered })],
    ['escalate', (world) => ({ kind: 'escalate', fence: fence(world), spec: { ...aFence().spec, attempt: 2 }, advance: recovered })],
    ['untaint', () => ({ kind: 'untaint', node: 'n1', nodeUID: 'uid-n1', because: '' })],
    ['forget', (world) => ({ kind: 'forget', fence: world.fence(aStatus('Aborted')) })],
  ];

  test.each(decisions)('writes nothing and starts nothing: %s', async (_kind, make) => {
    const world = aWorld();
    world.node({ taints: [isolated] });
    const decision = make(world);
    world.parts.power.add('n1-1', 'off', '');
    world.lead(false);
    await expect(Promise.resolve(carryOut(world.parts, decision))).rejects.toThrow('does not lead');
    await settle();
    expect([world.cluster.writes, world.scripts.started]).toEqual([[], []]);
  });

  test('takes an out-of-service taint off all the same', async () => {
    const world = aWorld();
    world.node({ taints: [outOfService] });
    world.lead(false);
    expect(await carryOut(world.parts, { kind: 'liftOutOfService', node: 'n1', nodeUID: 'uid-n1', fence: undefined, because: 'x' })).toMatchObject({ kind: 'done', records: [{ step: 'OutOfServiceRemoved' }] });
    expect(world.taints()).toEqual([]);
  });
});

describe('the record', () => {
  test('is written on the version that the decision was made of', async () => {
    const world = aWorld();
    const stale = world.fence(aStatus('Releasing'));
    world.fence(aStatus('NeedsHuman'));
    expect(await carryOut(world.parts, { kind: 'advance', fence: stale, advance: toReturning, releaseSlot: false })).toMatchObject({ kind: 'skipped' });
    expect(world.stored('n1-1').status?.phase).toBe('NeedsHuman');
  });

  test('keeps a bounded story with its beginning', async () => {
    const world = aWorld();
    let fence = world.fence(aStatus('Releasing'));
    for (let step = 0; step < 70; step += 1) {
      await carryOut(world.parts, { kind: 'advance', fence, advance: { ...toReturning, cause: `step ${step}` }, releaseSlot: false });
      fence = world.stored('n1-1');
    }
    const told = fence.status?.timeline.map(({ outcome }) => outcome) ?? [];
    expect([told.length, told[0], told[9], told[10], told.at(-1)]).toEqual([60, 'step 0', 'step 9', 'step 20', 'step 69']);
  });

  test('dates a condition when it changes, not in every write', async () => {
    const world = aWorld();
    const proved: Advance = { step: 'Proved', cause: 'off', note: 'proved', change: { phase: 'Fenced', reason: 'Proved', evidence: off } };
    await carryOut(world.parts, { kind: 'advance', fence: world.fence(aStatus('Verifying')), advance: proved, releaseSlot: false });
    await world.clock.advance(seconds(60));
    await carryOut(world.parts, { kind: 'advance', fence: world.stored('n1-1'), advance: toReturning, releaseSlot: false });
    expect(world.stored('n1-1').status?.conditions).toMatchObject([
      { type: 'Fenced', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
      { type: 'VolumesReleased', status: 'True', lastTransitionTime: '2026-01-01T00:01:00Z' },
      { type: 'NodeReturned', status: 'False' },
      { type: 'Succeeded', status: 'False' },
    ]);
  });
});
