import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strategies } from '../../../strategies/index.ts';
import { readPolicy } from '../../../src/config/policy/read.ts';
import { ClusterIndex } from '../../../src/decide/rebalancing/cluster-index.ts';
import { parseNode } from '../../../src/kube/records/node.ts';
import { parsePodWithDetails } from '../../../src/kube/records/pod.ts';
import { now } from '../../builders/case.ts';
import { randomCase } from '../../builders/random-case.ts';
import { facts, runCycle } from '../../builders/rebalancing.ts';
import type { Attempt, Case } from '../case.ts';
import { mutations } from '../mutations.ts';
import { replay } from './replay.ts';

/** What evenkeel does with a case when every eviction is granted and nothing moves, as with the reference's stub. */
async function ours(given: Case): Promise<Attempt[]> {
  const read = await readPolicy({ path: 'policy', text: JSON.stringify(given.policy), strategies, priorityOf: () => Promise.resolve(undefined) });
  if (read.kind === 'refused') throw new Error(read.because);
  const { nodes, pods } = given.objects;
  const cluster = facts({ nodes: nodes.map((node) => parseNode(node)), pods: pods.map((pod) => parsePodWithDetails(pod)) });
  const { evicted } = runCycle({ facts: cluster, policy: read.policy, now, afterEviction: 'unchanged', referenceDefects: true, index: new ClusterIndex(cluster) });
  return evicted.map(({ pod, profile, strategy }) => ({ namespace: pod.namespace, name: pod.name, profile, strategy }));
}

interface PodObject {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly annotations: object; readonly ownerReferences: readonly { readonly kind: string }[] };
  readonly spec: { readonly nodeName: string; readonly volumes: readonly object[] };
}

const podOf = (given: Case, { namespace, name }: Attempt): PodObject | undefined =>
  (given.objects.pods as readonly PodObject[]).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);

/** Enough to meet every strategy at work in each property; what is rarer is for `npm run compat`. */
const runs = { numRuns: 40 };

const most = (keys: readonly (string | undefined)[]): number => Math.max(0, ...[...Map.groupBy(keys, (key) => key).values()].map(({ length }) => length));

describe.each(strategies.map(({ name }) => name))('%s on random clusters', (plugin) => {
  test('chooses what the judge finds legal', async () => {
    await fc.assert(fc.asyncProperty(randomCase(plugin), async (given) => {
      expect(replay(given, await ours(given), now)).toEqual({ legal: true });
    }), runs);
  });

  test('never evicts a protected pod', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase(plugin), async (given) => {
        for (const eviction of await ours(given)) {
          const pod = podOf(given, eviction);
          const asked = Object.hasOwn(pod?.metadata.annotations ?? {}, 'descheduler.alpha.kubernetes.io/evict');
          const localAllowed = JSON.stringify(given.policy).includes('PodsWithLocalStorage');
          const isProtected = pod?.metadata.ownerReferences.some(({ kind }) => kind === 'DaemonSet') === true || (!localAllowed && (pod?.spec.volumes.length ?? 0) > 0);
          expect(isProtected && !asked).toBe(false);
        }
      }),
      runs,
    );
  });

  test('never exceeds a limit', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase(plugin), async (given) => {
        const evictions = await ours(given);
        const { maxNoOfPodsToEvictTotal = Infinity, maxNoOfPodsToEvictPerNode = Infinity, maxNoOfPodsToEvictPerNamespace = Infinity } = given.policy as Record<string, number>;
        expect(evictions.length).toBeLessThanOrEqual(maxNoOfPodsToEvictTotal);
        expect(most(evictions.map((each) => podOf(given, each)?.spec.nodeName))).toBeLessThanOrEqual(maxNoOfPodsToEvictPerNode);
        expect(most(evictions.map(({ namespace }) => namespace))).toBeLessThanOrEqual(maxNoOfPodsToEvictPerNamespace);
      }),
      runs,
    );
  });

  test('plans the same whatever order the cluster is listed in', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase(plugin), async (given) => {
        const { nodes, pods } = given.objects;
        const reversed = { ...given, objects: { ...given.objects, nodes: nodes.toReversed(), pods: pods.toReversed() } };
        expect(await ours(reversed)).toEqual(await ours(given));
      }),
      runs,
    );
  });

  test('leaves a cluster alone in which nothing may go', async () => {
    const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z', annotations: {} };
    await fc.assert(fc.asyncProperty(randomCase(plugin, { metadata: leaving }), async (given) => {
      expect(await ours(given)).toEqual([]);
    }), runs);
  });
});

test('the judge notices nearly every wrong order that is made of a right one', async () => {
  let noticed = 0;
  let made = 0;
  for (const { name } of strategies) {
    await fc.assert(
      fc.asyncProperty(randomCase(name), fc.infiniteStream(fc.nat()), async (given, numbers) => {
        const choose = (below: number): number => (numbers.next().value ?? 0) % below;
        for (const { evictions } of mutations(given, await ours(given), { now, choose })) {
          made += 1;
          if (!replay(given, evictions, now).legal) noticed += 1;
        }
      }),
      runs,
    );
  }
  expect(made).toBeGreaterThan(50);
  expect(noticed / made).toBeGreaterThan(0.95);
});
