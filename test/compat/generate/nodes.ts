import type { Amounts, Labels, Node, Taint } from './objects.ts';
import type { Random } from './random.ts';
import { taint } from './selectors.ts';
import type { Taste } from './taste.ts';
import { gpu, hostKey, teams, zoneKey, zones } from './words.ts';

export function generateNodes(random: Random, taste: Taste, count: number): Node[] {
  // Two ready nodes at least, or every cycle would be skipped.
  return Array.from({ length: count }, (_, at) => generateNode(random, taste, { name: `n${at + 1}`, zone: zones[at % random.int(2, 3)] ?? 'a', keep: at < 2 }));
}

function generateNode(random: Random, taste: Taste, { name, zone, keep }: { name: string; zone: string; keep: boolean }): Node {
  const cordoned = random.chance(taste.cordon);
  const taints = taintsOf(random, taste, cordoned);
  const room = roomOf(random, taste);
  const ready = !keep && random.chance(taste.notReady) ? random.pick(['False', 'Unknown']) : 'True';
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `node-${name}`, resourceVersion: '10', labels: labelsOf(random, taste, name, zone) },
    spec: { ...(cordoned ? { unschedulable: true } : {}), ...(taints.length === 0 ? {} : { taints }) },
    status: {
      // A node that says nothing about being ready counts as ready.
      conditions: [{ type: 'MemoryPressure', status: 'False' }, ...(ready === 'True' && random.chance(0.05) ? [] : [{ type: 'Ready', status: ready }])],
      ...(random.chance(taste.capacityOnly) ? { capacity: room } : { allocatable: room, capacity: { ...room, cpu: '64' } }),
    },
  };
}

function labelsOf(random: Random, taste: Taste, name: string, zone: string): Labels {
  const labels: Labels = { [hostKey]: name, team: random.pick(teams) };
  if (!random.chance(taste.noZone)) labels[zoneKey] = zone;
  if (random.chance(0.6)) labels['disk'] = random.pick(['ssd', 'ssd', 'hdd']);
  if (random.chance(0.7)) labels['slots'] = String(random.int(2, 8));
  return labels;
}

function taintsOf(random: Random, taste: Taste, cordoned: boolean): Taint[] {
  const taints = random.chance(taste.taint) ? [taint(random), ...(random.chance(0.3) ? [taint(random)] : [])] : [];
  return cordoned && random.chance(0.7) ? [...taints, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : taints;
}

function roomOf(random: Random, taste: Taste): Amounts {
  const small = random.chance(taste.small);
  return {
    cpu: small ? random.pick(['800m', '1', '1500m']) : random.pick(['2', '4', '4000m', '7910m']),
    memory: small ? random.pick(['1Gi', '1500Mi', '2G']) : random.pick(['4Gi', '8Gi', '7951216Ki']),
    pods: small ? String(random.int(3, 8)) : String(random.int(12, 30)),
    ...(random.chance(taste.extendedResource * 2) ? { [gpu]: String(random.int(3, 14)) } : {}),
    ...(random.chance(0.6) ? { 'ephemeral-storage': '20Gi' } : {}),
  };
}
