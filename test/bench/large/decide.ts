import { ClusterIndex } from '../../../src/decide/rebalancing/cluster-index.ts';
import { rebalanceCycle } from '../../../src/decide/rebalancing/cycle.ts';
import type { RebalancePolicy } from '../../../src/decide/rebalancing/policy.ts';
import { connect } from '../../../src/kube/connect.ts';
import type { ClusterFacts } from '../../../src/model/rebalancing.ts';
import { instant } from '../../../src/model/time.ts';
import { listCluster } from '../../../src/observe/cluster-list.ts';
import { readPolicyFile } from '../../../src/run/policy-file.ts';

/* Lists the cluster once and lets each policy decide, without limits and without evicting: prints seconds as JSON. */

const [kubeconfig = '', ...policies] = process.argv.slice(2);
const api = connect({ kubeconfig });
const begun = performance.now();
const facts = await listCluster(api, { budgets: false, namespaces: false, claims: false, podDetails: false }, new AbortController().signal);
const list = (performance.now() - begun) / 1_000;
const decisions: Record<string, { seconds: number; evictions: number }> = {};
for (const file of policies) {
  const read = await readPolicyFile(file, () => api);
  if (!('policy' in read)) throw new Error(read.because);
  const policy = { ...read.policy, limits: { total: undefined, perNode: undefined, perNamespace: undefined } };
  const started = performance.now();
  const evictions = evict(facts, policy);
  decisions[file] = { seconds: (performance.now() - started) / 1_000, evictions };
}
await api.close();
process.stdout.write(JSON.stringify({ list, decisions }));

/** Index and decisions; every eviction is granted. */
function evict(of: ClusterFacts, policy: RebalancePolicy): number {
  const cycle = rebalanceCycle({ index: new ClusterIndex(of), policy, now: instant(Date.now()), afterEviction: 'terminating' });
  let step = cycle.next();
  while (step.done !== true) step = cycle.next(step.value.kind === 'evict' ? { kind: 'evicted' } : undefined);
  return step.value.totals.evicted;
}
