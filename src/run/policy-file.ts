import { readPolicy } from '../config/policy/read.ts';
import { loadText } from '../config/read.ts';
import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import type { Needs } from '../decide/rebalancing/strategy.ts';
import type { Api } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import type { AlsoNeeded } from '../observe/cluster-list.ts';
import type { UsageWanted } from '../observe/usage/usage.ts';
import { strategies } from '../../strategies/index.ts';

/** `problems` is everything that is wrong with it, for a linter; empty when the file cannot be read at all. */
export type PolicyFile = ({ readonly policy: RebalancePolicy } | { readonly because: string; readonly problems: readonly string[] }) & { readonly warnings: readonly string[] };

/** Reads a policy from the disk and puts it together; the API server is asked only when it names a PriorityClass. */
export const readPolicyFile = (path: string, api: () => Api): Promise<PolicyFile> => readPolicyFileWith(path, (name) => priorityOf(api(), name));

/** The same for whoever knows the priorities from elsewhere. */
export async function readPolicyFileWith(path: string, priority: (name: string) => Promise<number | undefined>): Promise<PolicyFile> {
  const loaded = loadText(path);
  if ('complaint' in loaded) return { because: `The policy ${path} cannot be read: ${loaded.complaint.problem}; ${loaded.complaint.cure}`, problems: [], warnings: [] };
  const { warnings, ...read } = await readPolicy({ path, text: loaded.text, strategies, priorityOf: priority });
  return read.kind === 'policy' ? { policy: read.policy, warnings } : { because: read.because, problems: read.problems, warnings };
}

async function priorityOf(api: Api, name: string): Promise<number | undefined> {
  const { items } = await api.call<{ items: readonly { metadata: { name: string }; value: number }[] }>({ verb: 'GET', path: collectionPath(resources.priorityclasses), query: { fieldSelector: `metadata.name=${name}` } });
  return items.find(({ metadata }) => metadata.name === name)?.value;
}

/** Kinds that only some arguments of DefaultEvictor read. */
export function neededBy({ profiles }: RebalancePolicy): AlsoNeeded {
  return {
    budgets: profiles.some(({ evictor }) => evictor.active.has('PodsWithoutPDB')),
    namespaces: profiles.some(({ evictor }) => (evictor.namespaceLabelSelector?.requirements.length ?? 0) > 0),
    claims: profiles.some(({ evictor }) => evictor.active.has('PodsWithPVC') && evictor.protectedStorageClasses.size > 0),
    podDetails: needsOf(profiles).some(({ podDetails }) => podDetails === true),
  };
}

/** Where the Secrets that `authToken.secretReference` names are mounted: nothing secret is read through the API. */
const tokensAt = '/var/run/secrets/evenkeel';

/** The sources of usage figures that the policy enables and one of its strategies reads. `tokenFile` is used instead of the mounted Secret. */
export function usageWanted({ profiles, metrics: { kubernetes, prometheus } }: RebalancePolicy, tokenFile?: string): UsageWanted {
  const needs = needsOf(profiles);
  const queries = needs.flatMap(({ prometheusQuery }) => prometheusQuery ?? []);
  return {
    kubernetes: kubernetes && needs.some(({ kubernetesMetrics }) => kubernetesMetrics === true),
    prometheus: prometheus === undefined || queries.length === 0 ? undefined : { url: prometheus.url, tokenFile: tokenFile ?? mountedToken(prometheus.tokenSecret), queries },
  };
}

const mountedToken = (secret: { readonly namespace: string; readonly name: string } | undefined): string | undefined =>
  secret === undefined ? undefined : `${tokensAt}/${secret.namespace}/${secret.name}/prometheusAuthToken`;

const needsOf = (profiles: RebalancePolicy['profiles']): Needs[] => profiles.flatMap(({ deschedule, balance }) => [...deschedule, ...balance]).map(({ needs }) => needs);
