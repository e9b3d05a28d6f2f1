import { collectionPath, objectPath, resources } from '../../src/kube/paths.ts';
import { isClosed, type NodeFence } from '../../src/model/nodefence.ts';
import { ourTaints } from './judges.ts';
import { pass, until } from './until.ts';
import type { Controller, World } from './world.ts';

export const system = 'evenkeel-system';

/** The node that is going to die, and the pod on it. */
export interface Victim {
  readonly node: string;
  readonly uid: string;
}

/** The node of elasticsearch-0. */
export async function victimIn(world: World): Promise<Victim> {
  const pod = (await world.pods('search')).find(({ name }) => name === 'elasticsearch-0');
  return { node: pod?.node ?? '', uid: pod?.uid ?? '' };
}

/** The kubelet of the pod's node stops while its machine and containers run on; ends when everything is as before. */
export async function oneDeath(world: World, victim: Victim, slotMayStay = false): Promise<unknown> {
  const labels = (await world.node(victim.node)).labels;
  world.machines.machine(victim.node).stopKubelet();
  await until('the fence has succeeded', async () => (await world.fences(victim.node)).some(({ status }) => status?.phase === 'Succeeded'), 120_000);
  const after = await until('the pod runs again', async () => (await world.pods('search')).find(({ name, uid, ready }) => name === 'elasticsearch-0' && uid !== victim.uid && ready));
  await until('every fence is closed', async () => (await openFences(world)).length === 0);
  await until('the slots are free', async () => (await slotLeases(world)).every(({ spec: { holderIdentity = '' } }) => holderIdentity === '' || slotMayStay), 10_000);
  const node = await until('the node is back', async () => {
    const now = await world.node(victim.node);
    return now.ready === 'True' && now;
  });
  const succeeded = (await world.fences(victim.node)).filter(({ status }) => status?.phase === 'Succeeded');
  return {
    evidence: succeeded.map(({ status }) => status?.evidence.class),
    moved: after.node !== victim.node,
    taints: ourTaints(node),
    labels: JSON.stringify(node.labels) === JSON.stringify(labels),
    power: world.machines.machine(victim.node).power,
    pods: (await world.pods('search')).map(({ name }) => name).toSorted(),
  };
}

const openFences = async (world: World): Promise<NodeFence[]> => (await world.fences()).filter(({ status }) => status === undefined || !isClosed(status.phase));

interface SlotLease {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly holderIdentity?: string };
}

async function slotLeases(world: World): Promise<SlotLease[]> {
  const { items } = await world.admin.call<{ items: SlotLease[] }>({ verb: 'GET', path: collectionPath(resources.leases, system) });
  return items.filter(({ metadata }) => metadata.name.startsWith('evenkeel-slot-'));
}

/** Everything runs, a controller leads, and nothing is being fenced. */
export async function settled(world: World, leader: () => Controller): Promise<void> {
  await until('the cluster is as at the beginning', async () => {
    const nodes = await Promise.all(world.machines.all.map(({ name }) => world.node(name)));
    const pods = await world.pods('search');
    const waitsFor = {
      nodes: nodes.filter(({ ready }) => ready !== 'True').map(({ name }) => name),
      pods: pods.filter(({ ready, deleting }) => !ready || deleting).map(({ name }) => name),
      fences: (await openFences(world)).map(({ metadata, status }) => `${metadata.name} ${status?.phase ?? ''}`),
      leader: leader().leads(),
    };
    if (waitsFor.leader && pods.length === 2 && [...waitsFor.nodes, ...waitsFor.pods, ...waitsFor.fences].length === 0) return true;
    throw new Error(`${JSON.stringify(waitsFor)} ${waitsFor.leader ? '' : leader().raw().slice(-2_000)}`);
  }, 120_000);
}

/** No record of an earlier run is left, and no Lease of a slot unless it is wanted: each run makes the same calls. */
export async function cleanUp(world: World, { oldSlots = false } = {}): Promise<void> {
  for (const { metadata } of await world.fences()) await world.admin.call({ verb: 'DELETE', path: objectPath(resources.nodefences, { name: metadata.name }) });
  for (const { metadata } of oldSlots ? [] : await slotLeases(world)) await world.admin.call({ verb: 'DELETE', path: objectPath(resources.leases, { namespace: system, name: metadata.name }) });
  // The controller's own copy follows within this time.
  await pass(300);
}
