import type { Amounts, Container, Labels, Node, Owner, Pod, PodSpec } from './objects.ts';
import { secondsBefore } from './objects.ts';
import { generateStatus } from './pod-status.ts';
import type { Random } from './random.ts';
import type { Taste, Ties } from './taste.ts';
import { evict, gpu, preferNoEviction } from './words.ts';
import { generateWishes, ownerOf, type Workload } from './workloads.ts';

export interface PodsContext {
  readonly random: Random;
  readonly taste: Taste;
  readonly ties: Ties;
  readonly now: number;
  readonly nodes: readonly Node[];
  readonly workloads: readonly Workload[];
  /** Seconds, each given to one pod only unless ties are wanted. */
  readonly ages: () => number;
  readonly priorities: () => number | undefined;
  readonly restarts: () => number;
}

/** Pods of the workloads, more of them on some nodes than on others. */
export function generatePods(context: PodsContext, count: number): Pod[] {
  const { random, nodes, taste, workloads } = context;
  const crowded = random.chance(taste.crowded);
  const favourites = random.shuffled(nodes);
  return Array.from({ length: count }, (_, at) => {
    const workload = random.pick(workloads);
    // Squaring makes the first few nodes fuller.
    const place = random.next() ** (crowded ? 2.2 : 1);
    const node = favourites[Math.floor(place * favourites.length)] ?? favourites[0];
    return generatePod(context, workload, node?.metadata.name ?? 'n1', at);
  });
}

function generatePod(context: PodsContext, workload: Workload, node: string, at: number): Pod {
  const { random, taste, now } = context;
  const age = context.ages();
  const priority = random.chance(taste.critical) ? random.pick([2_000_000_000, 2_000_001_000]) : context.priorities();
  const wishes = random.chance(taste.ownWishes) ? generateWishes(random, taste, context.nodes.map(({ metadata }) => metadata.name), workload.labels) : workload.wishes;
  const spec: PodSpec = {
    ...(random.chance(taste.unbound) ? {} : { nodeName: node }),
    ...containersOf(random, taste, workload.images),
    ...(priority === undefined ? {} : { priority }),
    ...wishes,
    ...extrasOf(random, taste, at),
  };
  const annotations = annotationsOf(random, taste);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      // Names of pods say nothing about their order, and rarely repeat in another namespace.
      name: random.chance(0.03) ? 'twin' : `${workload.owner.name}-${at}`,
      namespace: workload.namespace,
      uid: `pod-${at}`,
      resourceVersion: String(100 + at),
      creationTimestamp: secondsBefore(now, age),
      ...(random.chance(taste.terminating) ? { deletionTimestamp: secondsBefore(now, 5) } : {}),
      labels: labelsOf(random, workload),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...ownersOf(random, taste, workload.owner),
    },
    spec,
    status: generateStatus({ ...context, age }, spec),
  };
}

const labelsOf = (random: Random, { labels }: Workload): Labels => (random.chance(0.06) ? { app: labels['app'] ?? 'web' } : labels);

function annotationsOf(random: Random, taste: Taste): Labels {
  const annotations: Labels = {};
  if (random.chance(taste.evictAnnotation)) annotations[evict] = random.pick(['', 'true', 'false']);
  if (random.chance(taste.preferNoEviction)) annotations[preferNoEviction] = random.pick(['', 'true']);
  if (random.chance(taste.mirror)) annotations['kubernetes.io/config.mirror'] = 'hash';
  if (random.chance(taste.staticPod)) annotations['kubernetes.io/config.source'] = random.pick(['file', 'http', 'api']);
  return annotations;
}

function ownersOf(random: Random, taste: Taste, owner: Owner): { ownerReferences?: readonly Owner[] } {
  if (random.chance(taste.bare)) return {};
  const main = random.chance(taste.daemonSet) ? ownerOf('DaemonSet', 'agent') : owner;
  const second = random.chance(taste.secondOwner) ? [{ ...ownerOf(random.pick(['Job', 'ReplicaSet']), 'second'), controller: false }] : [];
  return { ownerReferences: [main, ...second] };
}

function extrasOf(random: Random, taste: Taste, at: number): Partial<PodSpec> {
  const volumes = [
    ...(random.chance(taste.emptyDir) ? [{ name: 'scratch', emptyDir: {} }] : []),
    ...(random.chance(taste.hostPath) ? [{ name: 'host', hostPath: { path: '/var' } }] : []),
    ...(random.chance(taste.otherVolume) ? [{ name: 'settings', configMap: { name: 'settings' } }] : []),
    ...(random.chance(taste.claim) ? [claim(random)] : []),
    ...(random.chance(taste.claim / 5) ? [{ ...claim(random), name: 'more' }] : []),
  ];
  return {
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(random.chance(taste.resourceClaim) ? { resourceClaims: [{ name: 'card', resourceClaimName: `card-${at}` }] } : {}),
    ...(random.chance(taste.overhead) ? { overhead: { cpu: '50m', memory: '33Mi' } } : {}),
    ...(random.chance(taste.podLevelRequests) ? { resources: { requests: amounts(random, taste) } } : {}),
  };
}

/** Claims of each class, one of no class and one that does not exist are there in every namespace. */
const claim = (random: Random): { name: string; persistentVolumeClaim: object } => ({ name: 'data', persistentVolumeClaim: { claimName: random.pick(['gold', 'gold', 'silver', 'silver', 'classless', 'missing']) } });

function containersOf(random: Random, taste: Taste, images: readonly string[]): Pick<PodSpec, 'containers' | 'initContainers'> {
  const container = (name: string, image: string): Container => ({ name, image, resources: { requests: amounts(random, taste) } });
  const guaranteed = random.chance(0.15);
  const containers = images.map((image, at) => {
    const made = container(`c${at}`, image);
    return guaranteed ? { ...made, resources: fixed(random) } : random.chance(0.2) ? { name: made.name, image } : made;
  });
  const initContainers = [
    ...(random.chance(taste.initContainer) ? [container('i1', 'init:v1')] : []),
    ...(random.chance(taste.sidecar) ? [{ ...container('side', 'side:v1'), restartPolicy: 'Always' }] : []),
    ...(random.chance(taste.initContainer / 2) ? [container('i2', 'init:v1')] : []),
  ];
  return { containers, ...(initContainers.length === 0 ? {} : { initContainers }) };
}

/** Limits that equal the requests: Guaranteed, when every container has them. */
function fixed(random: Random): NonNullable<Container['resources']> {
  const requests = { cpu: random.pick(['100m', '0.2', '300m']), memory: `${random.int(50, 300)}Mi` };
  return { requests, limits: requests };
}

function amounts(random: Random, taste: Taste): Amounts {
  return {
    cpu: random.pick(random.chance(taste.hungry) ? ['0.4', '500m', '650m', '900m', '1'] : ['50m', '100m', '150m', '0.2', '250m', '333m', '400m', '0']),
    // Odd amounts, so that no two nodes are equally full.
    memory: `${random.chance(taste.hungry) ? random.int(300, 1_500) : random.int(20, 400)}${random.pick(['Mi', 'Mi', 'M'])}`,
    ...(random.chance(taste.extendedResource) ? { [gpu]: random.pick(['0', '1', '1', '2']) } : {}),
    ...(random.chance(0.05) ? { 'ephemeral-storage': '1Gi' } : {}),
  };
}
