import { expect, it } from 'vitest';
import { peopleWorld, type PeopleWorld } from '../../test/fakes/people.ts';
import { fenceName } from '../act/open.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { seconds } from '../model/time.ts';
import { cancel } from './cancel.ts';
import { confirm, type Confirming } from './confirm-off.ts';
import { fence } from './fence.ts';
import { Exit } from './io.ts';
import { pause } from './pause.ts';
import { resume } from './resume.ts';
import { uninstall } from './uninstall.ts';

const asked = ({ api, io }: PeopleWorld, more: Partial<Confirming> = {}): Confirming => ({ api, io, name: 'n1', lasts: seconds(900), yes: true, ...more });
const needsHuman = { phase: 'NeedsHuman', reason: 'NotProved', message: 'nothing proves it' };

it.each<[string, (world: PeopleWorld) => void, string]>([
  ['no fence is open', (world) => world.node('n1', 'Unknown'), 'No fence of n1 is open'],
  ['its fence has ended', (world) => (world.node('n1', 'Unknown'), world.fence('n1', {}, { phase: 'Recovered', reason: 'ReadyAgain' })), 'No fence of n1 is open'],
  ['the node is Ready', (world) => (world.node('n1', 'True'), world.fence('n1', {}, needsHuman)), 'n1 is Ready: its machine is on'],
  ['the Node object is another one', (world) => (world.node('n1', 'Unknown', { uid: 'new' }), world.fence('n1', {}, needsHuman)), 'is another one than the fence'],
  ['the Node object is gone', (world) => void world.fence('n1', {}, needsHuman), 'no Node object n1 any more'],
  ['the node has booted since', (world) => (world.node('n1', 'Unknown', { bootID: 'later' }), world.fence('n1', {}, needsHuman)), 'has booted since'],
  ['the fence is cancelled', (world) => (world.node('n1', 'Unknown'), world.fence('n1', { cancelled: true }, needsHuman)), 'it is cancelled'],
  ['everything is released', (world) => (world.node('n1', 'Unknown'), world.fence('n1', {}, { phase: 'Returning', reason: 'Released' })), 'nothing left to confirm'],
])('confirm-off is refused when %s', async (_, prepare, says) => {
  const world = peopleWorld();
  prepare(world);
  await expect(confirm(asked(world))).rejects.toThrow(says);
  expect(world.cluster.writes).toEqual([]);
});

it('confirm-off asks for the name of the node, and takes no other answer', async () => {
  const world = peopleWorld();
  world.node('n1', 'Unknown');
  world.fence('n1', {}, needsHuman);
  await expect(confirm(asked(world, { yes: false }))).rejects.toThrow(Exit);
  world.types('n2');
  await expect(confirm(asked(world, { yes: false }))).rejects.toThrow('"n2" is not n1');
  expect(world.cluster.writes).toEqual([]);
  world.types('n1');
  await confirm(asked(world, { yes: false }));
  expect(world.cluster.writes.map(({ body }) => body)).toEqual([
    { metadata: { uid: 'uid-n1-abc', resourceVersion: expect.any(String) }, spec: { confirmedOff: { by: 'alice', at: '2026-01-01T12:00:00Z', expires: '2026-01-01T12:15:00Z' } } },
  ]);
  expect(world.said()).toContain('your word is taken as proof');
});

it('confirm-off looks again when the record changed in between, and sees that the node came back', async () => {
  const world = peopleWorld();
  world.node('n1', 'Unknown');
  world.fence('n1', {}, needsHuman);
  world.cluster.meddle(/PATCH .*nodefences/u, () => {
    world.fence('n1', {}, needsHuman);
    world.node('n1', 'True');
  });
  await expect(confirm(asked(world))).rejects.toThrow('n1 is Ready');
});

it('cancel says what it means in the phase that the fence is in', async () => {
  const world = peopleWorld();
  const path = world.fence('n1', {}, { phase: 'Releasing', reason: 'ReleaseStarted' });
  await cancel(world.api, 'n1', world.io);
  expect(world.cluster.get(path)).toMatchObject({ spec: { cancelled: true } });
  expect(world.said()).toContain('its release has begun: that is finished');
  await cancel(world.api, 'n1', world.io);
  expect(world.said()).toContain('is cancelled already');
  expect(world.cluster.writes).toHaveLength(1);
  await expect(cancel(world.api, 'n2', world.io)).rejects.toThrow('No fence of n2 is open');
});

it.each<[string, (world: PeopleWorld) => void, string]>([
  ['there is no such node', () => undefined, 'There is no node n1'],
  ['the node is Ready', (world) => world.node('n1', 'True'), 'n1 is Ready: a machine that works is not fenced'],
  ['a fence is open', (world) => (world.node('n1', 'Unknown'), world.fence('n1', {}, needsHuman)), 'has an open fence already: n1-abc (NeedsHuman, NotProved)'],
])('fence is refused when %s', async (_, prepare, says) => {
  const world = peopleWorld();
  prepare(world);
  await expect(fence(world.api, 'n1', { reason: 'smoke' }, world.io)).rejects.toThrow(says);
  expect(world.cluster.writes).toEqual([]);
});

it('fence asks in the name of the person, as the next attempt on this boot of the node', async () => {
  const world = peopleWorld();
  world.node('n1', 'False');
  world.fence('n1', { attempt: 4 }, { phase: 'Aborted', reason: 'Cancelled' });
  await fence(world.api, 'n1', { reason: 'smoke', method: 'ipmi', machine: 'rack-7' }, world.io);
  expect(world.cluster.writes[0]?.body).toMatchObject({ spec: { nodeName: 'n1', nodeUID: 'uid-n1', bootID: 'boot-n1', machineID: 'rack-7', attempt: 5, reason: 'smoke', requestedBy: 'alice', method: 'ipmi' } });
});

it('fence is refused when the controller opens the same attempt in that moment', async () => {
  const world = peopleWorld();
  world.node('n1', 'Unknown');
  const name = fenceName({ nodeName: 'n1', nodeUID: 'uid-n1', bootID: 'boot-n1', machineID: 'n1', attempt: 1, reason: '', requestedBy: '' });
  world.cluster.meddle(/POST .*nodefences/u, () => void world.cluster.put(collectionPath(resources.nodefences), { metadata: { name } }));
  await expect(fence(world.api, 'n1', { reason: 'smoke' }, world.io)).rejects.toThrow(`has just opened this very attempt: ${name}`);
});

it('pause and resume write the one Lease, in the name of the person', async () => {
  const world = peopleWorld();
  const options = { namespace: 'evenkeel-system', reason: 'moving rack 7' };
  await expect(pause(world.api, options, world.io)).rejects.toThrow('There is no Lease evenkeel-pause in evenkeel-system');
  world.lease('evenkeel-pause', {});
  await resume(world.api, options, world.io);
  expect(world.cluster.writes).toEqual([]);
  await pause(world.api, options, world.io);
  expect(world.cluster.writes[0]?.body).toMatchObject({ metadata: { resourceVersion: expect.any(String), annotations: { 'evenkeel.dev/reason': 'moving rack 7' } }, spec: { holderIdentity: 'alice', renewTime: '2026-01-01T12:00:00.000000Z' } });
  await pause(world.api, options, world.io);
  expect(world.cluster.writes).toHaveLength(1);
  await resume(world.api, options, world.io);
  expect(world.cluster.writes[1]?.body).toMatchObject({ spec: { holderIdentity: null } });
});

const tainted = [{ key: 'example.com/mine', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' }, { key: 'evenkeel.dev/fencing', effect: 'NoExecute' }];

it('uninstall takes our out-of-service taints off first, and leaves what is not ours', async () => {
  const world = peopleWorld();
  world.node('n1', 'True', { taints: [tainted[2]] as object[] });
  world.node('n2', 'Unknown', { taints: tainted });
  world.fence('n2', {}, { phase: 'Releasing', reason: 'ReleaseStarted', command: { action: 'off' } });
  await uninstall(world.api, { namespace: 'evenkeel-system' }, world.io);
  expect(world.cluster.writes).toEqual([]);
  await uninstall(world.api, { cleanup: true, namespace: 'evenkeel-system' }, world.io);
  expect(world.cluster.writes.map(({ path, body }) => [path, (body as { spec: { taints: { key: string }[] } }).spec.taints.map(({ key }) => key)])).toEqual([
    ['/api/v1/nodes/n2', ['example.com/mine', 'evenkeel.dev/fencing']],
    ['/api/v1/nodes/n1', []],
    ['/api/v1/nodes/n2', ['example.com/mine']],
  ]);
  expect(world.said()).toContain('n2  n2-abc (Releasing, ReleaseStarted)  bring the node back, or delete it; off was sent to n2: look whether it is on; its pods may be stuck');
});

it('uninstall is refused while a controller renews its Lease, and not for one that is dead', async () => {
  const world = peopleWorld();
  const lease = { holderIdentity: 'evenkeel-1', leaseDurationSeconds: 15 };
  world.lease('evenkeel', lease);
  world.node('n1', 'True', { taints: [tainted[1]] as object[] });
  let reads = 0;
  const renewing = { ...world.api, call: <T>(request: Parameters<typeof world.api.call>[0]): Promise<T> => ((reads += request.path.endsWith('/leases/evenkeel') ? 1 : 0), reads === 3 && world.lease('evenkeel', lease), world.api.call<T>(request)) };
  await expect(uninstall(renewing, { cleanup: true, namespace: 'evenkeel-system' }, world.io)).rejects.toThrow('evenkeel-1 leads');
  expect(world.cluster.writes).toEqual([]);
  await uninstall(world.api, { cleanup: true, namespace: 'evenkeel-system' }, world.io);
  expect(world.cluster.writes).toHaveLength(1);
});
