import { readPolicy } from '../../src/config/policy/read.ts';
import { ClusterIndex } from '../../src/decide/rebalancing/cluster-index.ts';
import { rebalanceCycle } from '../../src/decide/rebalancing/cycle.ts';
import type { RebalancePolicy } from '../../src/decide/rebalancing/policy.ts';
import { parseBudget } from '../../src/kube/records/budget.ts';
import { parseClaim } from '../../src/kube/records/claim.ts';
import { parseNamespace } from '../../src/kube/records/namespace.ts';
import { parseNode } from '../../src/kube/records/node.ts';
import { parsePodWithDetails } from '../../src/kube/records/pod.ts';
import type { ClusterFacts } from '../../src/model/rebalancing.ts';
import type { Instant } from '../../src/model/time.ts';
import { strategies } from '../../strategies/index.ts';
import type { Attempt, Case, CaseObjects, Outcome } from './case.ts';
import { policyText } from './reference/run.ts';

/** What evenkeel does with a case when the API server grants every eviction and changes nothing, like the reference's stub. */
export async function runOurs({ policy, objects }: { readonly policy: Case['policy'] | string; readonly objects: CaseObjects }, now: Instant): Promise<Outcome> {
  const read = await readPolicy({ path: '/policy.yaml', text: policyText(policy), strategies, priorityOf: (name) => Promise.resolve(priorityOf(objects, name)) });
  if (read.kind === 'refused') return read;
  return { kind: 'evicted', evictions: evictionsOf(read.policy, factsOf(objects), now) };
}

function evictionsOf(policy: RebalancePolicy, facts: ClusterFacts, now: Instant): Attempt[] {
  const cycle = rebalanceCycle({ index: new ClusterIndex(facts), policy, now, afterEviction: 'unchanged', referenceDefects: true });
  const evictions: Attempt[] = [];
  let step = cycle.next();
  while (step.done !== true) {
    if (step.value.kind === 'evict') {
      const { pod, profile, strategy } = step.value.eviction;
      evictions.push({ namespace: pod.namespace, name: pod.name, profile, strategy });
    }
    step = cycle.next(step.value.kind === 'evict' ? { kind: 'evicted' } : undefined);
  }
  return evictions;
}

/** The case as the product would list it. */
export const factsOf = (objects: CaseObjects): ClusterFacts => ({
  nodes: objects.nodes.map((node) => parseNode(node)),
  pods: objects.pods.map((pod) => parsePodWithDetails(pod)),
  budgets: objects.poddisruptionbudgets.map(parseBudget),
  namespaces: objects.namespaces.map(parseNamespace),
  claims: objects.persistentvolumeclaims.map(parseClaim),
});

function priorityOf(objects: CaseObjects, name: string): number | undefined {
  const classes = objects.priorityclasses as readonly { readonly metadata: { readonly name: string }; readonly value: number }[];
  return classes.find(({ metadata }) => metadata.name === name)?.value;
}
