import type { Affinity, Labels, Owner, PodSpec, PodTerm, SpreadConstraint } from './objects.ts';
import type { Random } from './random.ts';
import { nodeSelectorMap, nodeTerm, podSelector, toleration, topologyKey } from './selectors.ts';
import type { Taste } from './taste.ts';
import { apps, hostKey, namespaces, ownerKinds, tiers, zoneKey } from './words.ts';

/** What the pods of one owner have in common. */
export interface Workload {
  readonly namespace: string;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly images: readonly string[];
  readonly wishes: Wishes;
}

/** Where a pod may and wants to run. */
export type Wishes = Pick<PodSpec, 'tolerations' | 'nodeSelector' | 'affinity' | 'topologySpreadConstraints'>;

export function generateWorkloads(random: Random, taste: Taste, count: number, nodeNames: readonly string[]): Workload[] {
  return Array.from({ length: count }, (_, at) => {
    const kind = random.pick([...ownerKinds, 'ReplicaSet']);
    const name = `${random.pick(apps)}-${at + 1}`;
    const labels: Labels = { app: random.pick(apps), 'pod-template-hash': `h${random.int(1, 2)}` };
    if (random.chance(0.7)) labels['tier'] = random.pick(tiers);
    return {
      namespace: random.pick([...namespaces, 'shop', 'pay']),
      owner: ownerOf(kind, name),
      labels,
      images: random.chance(0.2) ? ['app:v1', 'proxy:v3'] : [random.pick(['app:v1', 'app:v2'])],
      wishes: generateWishes(random, taste, nodeNames, labels),
    };
  });
}

export const ownerOf = (kind: string, name: string): Owner => ({ apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, name, uid: `${kind}-${name}`, controller: true });

export function generateWishes(random: Random, taste: Taste, nodeNames: readonly string[], labels: Labels): Wishes {
  const tolerations = random.maybe(taste.tolerations, () => [toleration(random), ...(random.chance(0.4) ? [toleration(random)] : [])]);
  const nodeSelector = random.maybe(taste.nodeSelector, () => nodeSelectorMap(random));
  const affinity = affinityOf(random, taste, nodeNames, labels);
  const topologySpreadConstraints = random.maybe(taste.spread, () => [spreadOf(random, labels), ...(random.chance(0.15) ? [spreadOf(random, labels)] : [])]);
  return {
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(affinity === undefined ? {} : { affinity }),
    ...(topologySpreadConstraints === undefined ? {} : { topologySpreadConstraints }),
  };
}

function affinityOf(random: Random, taste: Taste, nodeNames: readonly string[], labels: Labels): Affinity | undefined {
  const term = (): ReturnType<typeof nodeTerm> => nodeTerm(random, nodeNames);
  const required = random.maybe(taste.requiredAffinity, () => ({ nodeSelectorTerms: random.chance(0.02) ? [] : [term(), ...(random.chance(0.25) ? [term()] : [])] }));
  const preferred = random.maybe(taste.preferredAffinity, () => [{ weight: random.int(1, 50), preference: term() }, ...(random.chance(0.5) ? [{ weight: random.int(51, 100), preference: term() }] : [])]);
  const anti = random.maybe(taste.antiAffinity, () => ({ requiredDuringSchedulingIgnoredDuringExecution: [antiTerm(random, labels), ...(random.chance(0.15) ? [antiTerm(random, labels)] : [])] }));
  if (required === undefined && preferred === undefined && anti === undefined) return undefined;
  const nodeAffinity = {
    ...(required === undefined ? {} : { requiredDuringSchedulingIgnoredDuringExecution: required }),
    ...(preferred === undefined ? {} : { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
  };
  return { ...(required === undefined && preferred === undefined ? {} : { nodeAffinity }), ...(anti === undefined ? {} : { podAntiAffinity: anti }) };
}

/** Mostly against one's own kind on the same host, as people write it. */
function antiTerm(random: Random, labels: Labels): PodTerm {
  const usual = random.chance(0.6) ? { matchLabels: { app: labels['app'] ?? 'web' } } : podSelector(random);
  const labelSelector = random.chance(0.02) ? { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'nobody'] }] } : usual;
  return {
    ...(random.chance(0.04) ? {} : { labelSelector }),
    ...(random.chance(0.25) ? { namespaces: random.some(namespaces) } : {}),
    // Neither of these is looked at.
    ...(random.chance(0.05) ? { namespaceSelector: {} } : {}),
    ...(random.chance(0.05) ? { mismatchLabelKeys: ['pod-template-hash'] } : {}),
    topologyKey: random.pick([hostKey, hostKey, hostKey, zoneKey]),
  };
}

function spreadOf(random: Random, labels: Labels): SpreadConstraint {
  const labelSelector = random.chance(0.8) ? { matchLabels: { app: labels['app'] ?? 'web' } } : podSelector(random);
  return {
    maxSkew: random.pick([1, 1, 1, 2, 3]),
    topologyKey: topologyKey(random),
    whenUnsatisfiable: random.pick(['DoNotSchedule', 'DoNotSchedule', 'ScheduleAnyway']),
    ...(random.chance(0.04) ? {} : { labelSelector }),
    // Not looked at.
    ...(random.chance(0.1) ? { minDomains: 4 } : {}),
    ...(random.chance(0.2) ? { matchLabelKeys: random.pick([['pod-template-hash'], ['absent', 'pod-template-hash'], ['absent']]) } : {}),
    ...(random.chance(0.35) ? { nodeAffinityPolicy: random.pick(['Honor', 'Ignore']) } : {}),
    ...(random.chance(0.35) ? { nodeTaintsPolicy: random.pick(['Honor', 'Ignore']) } : {}),
  };
}
