import { generateNodes } from './nodes.ts';
import type { Cluster } from './objects.ts';
import { generatePods } from './pods.ts';
import type { Random } from './random.ts';
import { podSelector } from './selectors.ts';
import type { Taste, Ties } from './taste.ts';
import { ageLimits, clear, namespaces, storageClasses, teams } from './words.ts';
import { generateWorkloads } from './workloads.ts';

export interface ClusterWish {
  readonly random: Random;
  readonly taste: Taste;
  readonly ties: Ties;
  /** At most so many owners of pods. */
  readonly workloads: number;
  /** Milliseconds since the epoch; all ages are relative to it. */
  readonly now: number;
}

/** A small cluster: 3 to 8 nodes, 5 to 40 pods. */
export function generateCluster({ random, taste, ties, now, workloads: most }: ClusterWish): Cluster {
  const nodes = generateNodes(random, taste, random.pick([3, 3, 4, 4, 5, 6, 7, 8]));
  const workloads = generateWorkloads(random, taste, random.int(1, most), nodes.map(({ metadata }) => metadata.name));
  const makers = { ages: ages(random, taste, ties), priorities: priorities(random, ties), restarts: restarts(random, ties) };
  const pods = generatePods({ random, taste, ties, now, nodes, workloads, ...makers }, random.chance(0.1) ? random.int(5, 12) : random.int(12, 40));
  return { nodes, pods: withNamesOnce(pods), ...surroundings(random) };
}

/** Two pods of one namespace cannot have one name. */
function withNamesOnce(pods: Cluster['pods']): Cluster['pods'] {
  const taken = new Set<string>();
  return pods.filter(({ metadata }) => {
    const name = `${metadata.namespace}/${metadata.name}`;
    const isNew = !taken.has(name);
    taken.add(name);
    return isNew;
  });
}

/** Well away from every limit that a policy may name, and each once unless ties are wanted. */
function ages(random: Random, taste: Taste, ties: Ties): () => number {
  const taken = new Set<number>();
  return () => {
    const [short, middle, long] = ageLimits;
    const limit = random.chance(taste.old) ? random.pick([middle, long]) : random.pick([short, middle]);
    let age = limit + random.pick([-1, 1]) * random.int(clear, 5 * clear);
    while (taken.has(age)) age += age > limit ? 1 : -1;
    if (ties !== 'many') taken.add(age);
    return age;
  };
}

function priorities(random: Random, ties: Ties): () => number | undefined {
  if (ties === 'many') return () => random.pick([undefined, 0, 0, 10]);
  if (ties === 'some') return () => random.pick([undefined, 0, 10, 100, 300, 500, 700, 900, 1_200, 1_900]);
  const left = random.shuffled(Array.from({ length: 100 }, (_, at) => at * 20 + 1));
  return () => left.pop();
}

function restarts(random: Random, ties: Ties): () => number {
  const tied = (): number => random.pick([0, 0, 1, 4, 5, 9, 10, 12]);
  if (ties === 'many') return tied;
  const left = random.shuffled(Array.from({ length: 400 }, (_, at) => Math.floor(at / 4)));
  return () => (random.chance(0.5) ? 0 : (left.pop() ?? 0));
}

function surroundings(random: Random): Omit<Cluster, 'nodes' | 'pods'> {
  const meta = (name: string, namespace?: string): object => ({ name, ...(namespace === undefined ? {} : { namespace }), uid: `${namespace ?? ''}-${name}`, resourceVersion: '7' });
  const claims = namespaces.flatMap((namespace) => [
    ...storageClasses.map((name) => ({ metadata: meta(name, namespace), spec: { storageClassName: name } })),
    { metadata: meta('classless', namespace), spec: random.chance(0.5) ? {} : { storageClassName: '' } },
  ]);
  return {
    namespaces: namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { ...meta(name), labels: { team: random.pick(teams), ...(random.chance(0.5) ? { critical: 'yes' } : {}) } } })),
    persistentvolumeclaims: claims.map((claim) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim })),
    poddisruptionbudgets: random.some(namespaces, 0).map((namespace) => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: meta('budget', namespace), spec: { minAvailable: 1, selector: podSelector(random) } })),
    priorityclasses: [300, 900, 1_300].map((value) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: meta(`class-${value}`), value })),
  };
}
