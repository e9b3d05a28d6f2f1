import { describe, expect, test } from 'vitest';
import type { PodRecord } from '../../model/cluster.ts';
import type { ClusterFacts } from '../../model/rebalancing.ts';
import { everything } from '../../model/selector.ts';
import { instant } from '../../model/time.ts';
import { nodes } from '../../../test/builders/node.ts';
import { anOwner, aPod, pods } from '../../../test/builders/pod.ts';
import { anEvictor, facts } from '../../../test/builders/rebalancing.ts';
import { ClusterIndex } from './cluster-index.ts';
import { readEvictorArgs } from './evictor-args.ts';
import { Evictor, type Refusal } from './evictor.ts';
import { Shapes } from './node-choice.ts';
import { NodeFit } from './node-fit.ts';

const hour = 3_600_000;
const now = instant(100 * hour);
const evictAnnotation = (value: string): Partial<PodRecord> => ({ annotations: { 'descheduler.alpha.kubernetes.io/evict': value } });
const prefersNoEviction = { 'descheduler.alpha.kubernetes.io/prefer-no-eviction': '' };
const claim = (name: string): PodRecord['volumes'][number] => ({ kind: 'claim', claim: name });
const goldOnly = { podProtections: { extraEnabled: ['PodsWithPVC'], config: { PodsWithPVC: { protectedStorageClasses: [{ name: 'gold' }] } } } };
const silver = { namespace: 'shop', name: 'data', storageClass: 'silver' };
const notCritical = { podProtections: { defaultDisabled: ['SystemCriticalPods'] } };
const barePods = { podProtections: { defaultDisabled: ['FailedBarePods'] } };
const bare = (phase: string): Partial<PodRecord> => ({ owners: [], phase });

interface Row {
  readonly title: string;
  readonly pod: Partial<PodRecord>;
  readonly args?: object;
  readonly facts?: Partial<ClusterFacts>;
  /** `undefined`: evictable. */
  readonly says: Refusal | undefined;
}

const rows: Row[] = [
  { title: 'DE-1: a ReplicaSet pod of priority 0', pod: { priority: 0 }, says: undefined },
  { title: 'DE-2: an emptyDir volume', pod: { volumes: [{ kind: 'emptyDir' }] }, says: 'PodsWithLocalStorage' },
  { title: 'DE-2: the same, protection disabled', pod: { volumes: [{ kind: 'emptyDir' }] }, args: { podProtections: { defaultDisabled: ['PodsWithLocalStorage'] } }, says: undefined },
  { title: 'DE-2: the same, in the legacy style', pod: { volumes: [{ kind: 'hostPath' }] }, args: { evictLocalStoragePods: true }, says: undefined },
  { title: 'DE-3: a config map and a claim', pod: { volumes: [{ kind: 'other' }, claim('data')] }, says: undefined },
  { title: 'DE-3: the same, claims protected', pod: { volumes: [claim('data')] }, args: { podProtections: { extraEnabled: ['PodsWithPVC'] } }, says: 'PodsWithPVC' },
  { title: 'DE-3: the same, in the legacy style', pod: { volumes: [claim('data')] }, args: { ignorePvcPods: true }, says: 'PodsWithPVC' },
  { title: 'DE-4: a claim of a class that is not protected', pod: { volumes: [claim('data')] }, args: goldOnly, facts: { claims: [silver] }, says: undefined },
  { title: 'DE-4: a claim of the protected class', pod: { volumes: [claim('data')] }, args: goldOnly, facts: { claims: [{ ...silver, storageClass: 'gold' }] }, says: 'PodsWithPVC' },
  { title: 'DE-5: one of two claims does not exist', pod: { volumes: [claim('data'), claim('lost')] }, args: goldOnly, facts: { claims: [silver] }, says: 'PodsWithPVC' },
  { title: 'DE-6: a bare running pod', pod: bare('Running'), says: 'FailedBarePods' },
  { title: 'DE-6: a bare running pod, protection disabled', pod: bare('Running'), args: barePods, says: 'FailedBarePods' },
  { title: 'DE-7: a bare failed pod', pod: bare('Failed'), says: 'FailedBarePods' },
  { title: 'DE-7: a bare failed pod, protection disabled', pod: bare('Failed'), args: barePods, says: undefined },
  { title: 'DE-8: a system-critical priority', pod: { priority: 2_000_000_000 }, says: 'SystemCriticalPods' },
  { title: 'DE-9: at the threshold', pod: { priority: 1000 }, args: { priorityThreshold: { value: 1000 } }, says: 'SystemCriticalPods' },
  { title: 'DE-9: below the threshold', pod: { priority: 999 }, args: { priorityThreshold: { value: 1000 } }, says: undefined },
  { title: 'DE-9: no priority', pod: {}, args: { priorityThreshold: { value: -1 } }, says: undefined },
  { title: 'DE-10: disabling SystemCriticalPods disables the threshold', pod: { priority: 5000 }, args: { ...notCritical, priorityThreshold: { value: 1000 } }, says: undefined },
  { title: 'DE-11: the evict annotation, even "false", beats DaemonSet and hostPath', pod: { ...evictAnnotation('false'), owners: [anOwner({ kind: 'DaemonSet' })], volumes: [{ kind: 'hostPath' }] }, says: undefined },
  { title: 'DE-11: the same without the annotation', pod: { owners: [anOwner({ kind: 'DaemonSet' })] }, says: 'DaemonSetPods' },
  { title: 'DE-12: the evict annotation beats terminating', pod: { ...evictAnnotation(''), deletionTimestamp: now }, says: undefined },
  { title: 'DE-12: terminating without it', pod: { deletionTimestamp: now }, says: 'Terminating' },
  { title: 'DE-13: prefer-no-eviction under Mandatory', pod: { annotations: prefersNoEviction }, args: { noEvictionPolicy: 'Mandatory' }, says: 'NoEvictionPolicy' },
  { title: 'DE-13: prefer-no-eviction under Preferred', pod: { annotations: prefersNoEviction }, args: { noEvictionPolicy: 'Preferred' }, says: undefined },
  { title: 'DE-13: with the evict annotation too', pod: { annotations: { ...prefersNoEviction, ...evictAnnotation('').annotations } }, args: { noEvictionPolicy: 'Mandatory' }, says: undefined },
  { title: 'DE-14: enough replicas, one of them finished', pod: {}, args: { minReplicas: 2 }, facts: { pods: [aPod({ name: 'done', phase: 'Succeeded', node: '' })] }, says: undefined },
  { title: 'DE-15: too few replicas', pod: {}, args: { minReplicas: 2 }, says: 'MinReplicas' },
  { title: 'DE-16: two owners skip minReplicas', pod: { owners: [anOwner(), anOwner({ name: 'other' })] }, args: { minReplicas: 3 }, says: undefined },
  { title: 'DE-17: too young', pod: { startTime: instant(now - hour + 60_000) }, args: { minPodAge: '1h' }, says: 'MinPodAge' },
  { title: 'DE-17: old enough', pod: { startTime: instant(now - hour) }, args: { minPodAge: '60m' }, says: undefined },
  { title: 'DE-17: not started', pod: {}, args: { minPodAge: '1h' }, says: 'MinPodAge' },
  {
    title: 'DE-18: the evict annotation does not beat namespaceLabelSelector',
    pod: evictAnnotation('true'),
    args: { namespaceLabelSelector: { matchLabels: { team: 'a' } } },
    facts: { namespaces: [{ name: 'shop', labels: { team: 'b' } }] },
    says: 'NamespaceLabelSelector',
  },
  { title: 'a matching namespace', pod: {}, args: { namespaceLabelSelector: { matchLabels: { team: 'b' } } }, facts: { namespaces: [{ name: 'shop', labels: { team: 'b' } }] }, says: undefined },
  { title: 'a namespace nobody knows', pod: {}, args: { namespaceLabelSelector: { matchLabels: { team: 'b' } } }, says: 'NamespaceLabelSelector' },
  { title: 'DE-19: a static pod', pod: { annotations: { 'kubernetes.io/config.source': 'file' } }, says: 'StaticPod' },
  { title: 'DE-19: a pod from the API', pod: { annotations: { 'kubernetes.io/config.source': 'api' } }, says: undefined },
  { title: 'a mirror pod', pod: { annotations: { 'kubernetes.io/config.mirror': 'abc' } }, says: 'MirrorPod' },
  { title: 'DE-20: a resource claim', pod: { hasResourceClaims: true }, args: { podProtections: { extraEnabled: ['PodsWithResourceClaims'] } }, says: 'PodsWithResourceClaims' },
  { title: 'a resource claim by default', pod: { hasResourceClaims: true }, says: undefined },
  { title: 'labels that do not match', pod: {}, args: { labelSelector: { matchLabels: { app: 'web' } } }, says: 'LabelSelector' },
  { title: 'an empty label selector restricts nothing', pod: {}, args: { labelSelector: {} }, says: undefined },
  { title: 'no budget covers it', pod: {}, args: { ignorePodsWithoutPDB: true }, says: 'PodsWithoutPDB' },
  { title: 'a budget covers it', pod: {}, args: { ignorePodsWithoutPDB: true }, facts: { budgets: [{ namespace: 'shop', name: 'all', selector: everything }] }, says: undefined },
  { title: 'a budget without selector covers nothing', pod: {}, args: { ignorePodsWithoutPDB: true }, facts: { budgets: [{ namespace: 'shop', name: 'all', selector: undefined }] }, says: 'PodsWithoutPDB' },
  { title: 'a nodeSelector that cannot be read refuses every pod', pod: {}, args: { nodeFit: true, nodeSelector: 'a b' }, says: 'NodeSelector' },
  { title: 'a nodeSelector that cannot be read does not matter without nodeFit', pod: {}, args: { nodeSelector: 'a b' }, says: undefined },
  { title: 'nodeFit finds no other node', pod: { nodeSelector: { none: 'such' } }, args: { nodeFit: true }, says: 'NodeFit' },
  { title: 'nodeFit finds another node', pod: {}, args: { nodeFit: true }, says: undefined },
];

describe('DefaultEvictor', () => {
  test.each(rows)('$title → $says', ({ pod: given, args, facts: more, says }) => {
    const pod = aPod(given);
    const index = new ClusterIndex(facts({ nodes: nodes('n1', 'n2'), ...more, pods: [pod, ...(more?.pods ?? [])] }));
    const evictor = new Evictor(anEvictor(args), { index, now }, new NodeFit(index, index.nodes, new Shapes()));
    expect(evictor.filter(pod) ?? evictor.preEvictionFilter(pod)).toBe(says);
  });

  test.each([
    [{ priorityThreshold: { value: 1, name: 'high' } }, /only one of priorityThreshold fields/u],
    [{ noEvictionPolicy: 'Never' }, /noEvictionPolicy accepts only/u],
    [{ podProtections: { defaultDisabled: ['PodsWithPVC'] } }, /"PodsWithPVC" is not one of/u],
    [{ podProtections: { extraEnabled: ['PodsWithPVC', 'PodsWithPVC'] } }, /listed twice/u],
    [{ podProtections: { extraEnabled: ['PodsWithPVC'] }, ignorePvcPods: true }, /cannot be used together/u],
    [{ podProtections: { extraEnabled: ['PodsWithPVC'], config: { PodsWithPVC: { protectedStorageClasses: [{ name: '' }] } } } }, /needs a name/u],
    [{ labelSelector: { matchExpressions: [{ key: 'a', operator: 'Within' }] } }, /"Within" is not a valid label selector operator/u],
  ])('args %j have a problem', (args, says) => {
    expect(readEvictorArgs(args)).toMatchObject({ kind: 'read', problems: [{ says: expect.stringMatching(says) as string }] });
  });

  test.each([
    [{ nodefit: true }, 'strict decoding error: unknown field "nodefit"'],
    [{ minPodAge: 3600 }, 'minPodAge: a duration such as "36h" is required'],
    [{ minPodAge: '3d' }, 'minPodAge: "3d" is not a duration: write e.g. "36h", "1h30m" or "90s"'],
    [{ minReplicas: -1 }, 'minReplicas: must not be negative'],
    [{ minReplicas: 1.5 }, 'minReplicas: a whole number is required'],
    [{ podProtections: { config: { PodsWithPVC: { protectedStorageClasses: [{ names: 'x' }] } } } }, 'strict decoding error: unknown field "podProtections.config.PodsWithPVC.protectedStorageClasses[0].names"'],
  ])('args %j cannot be decoded', (args, because) => {
    expect(readEvictorArgs(args)).toEqual({ kind: 'undecodable', because });
  });

  test('null and a missing field are the same; apiVersion and kind are ignored', () => {
    expect(readEvictorArgs({ nodeFit: null, apiVersion: 'x', kind: 'y' })).toEqual({ kind: 'read', args: {}, problems: [] });
  });

  test('a dry run counts an evicted pod as gone, a real one as terminating', () => {
    const both = pods(2, 'n1');
    const [first, second] = both as [PodRecord, PodRecord];
    for (const [after, left, terminating] of [['gone', 1, false], ['terminating', 2, true]] as const) {
      const index = new ClusterIndex(facts({ nodes: nodes('n1', 'n2'), pods: both }));
      index.settle(first, after);
      expect(index.ownedBy(second.owners[0]?.uid ?? '')).toBe(left);
      expect(index.isTerminating(first)).toBe(terminating);
      expect(index.used('n1').pods).toBe(left);
    }
  });
});
