import { inFile } from '../config/policy/document.ts';
import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import type { Api } from '../kube/api.ts';
import type { ClusterFacts, MeasuredUsage } from '../model/rebalancing.ts';
import { type Instant, parseRfc3339 } from '../model/time.ts';
import { listCluster } from '../observe/cluster-list.ts';
import type { ClusterSnapshot } from '../observe/snapshot/read.ts';
import { Measuring, type UsageWanted } from '../observe/usage/usage.ts';
import { SnapshotProblem } from '../observe/snapshot/scan.ts';
import { neededBy, type PolicyFile, readPolicyFile, readPolicyFileWith, usageWanted } from '../run/policy-file.ts';
import type { Io } from './io.ts';
import { fail } from './person.ts';
import { readSnapshotFiles } from './snapshot-file.ts';

/** Flags of every command that plays a rebalance run. */
export interface PlanFlags {
  readonly policyConfigFile: string;
  readonly snapshot?: readonly string[];
  readonly now?: string;
  readonly prometheusTokenFile?: string;
}

export const snapshotOption = ['--snapshot <file>', 'judge this copy instead of the cluster: from evenkeel snapshot, or from kubectl get nodes,pods,pdb,namespaces,pvc,priorityclasses -A -o json; may be repeated, - is standard input'] as const;
export const nowOption = ['--now <time>', 'with --snapshot: the moment to count ages from (RFC 3339); default: when it was taken, for kubectl\'s lists now'] as const;

export const prometheusTokenOption = ['--prometheus-token-file <file>', 'the token for Prometheus; default: where the Secret of the policy is mounted, /var/run/secrets/evenkeel/<namespace>/<name>/prometheusAuthToken'] as const;

export const collect = (file: string, before: readonly string[] = []): readonly string[] => [...before, file];

/** Everything that a plan is made of. */
export interface PlanSource {
  readonly policy: RebalancePolicy;
  readonly facts: ClusterFacts;
  readonly now: Instant;
}

/** From files alone: no cluster is asked for anything. Every problem ends the command with exit code 2. */
export async function planFromSnapshot({ policyConfigFile, snapshot: files = [], now }: PlanFlags, io: Io): Promise<PlanSource> {
  const at = now === undefined ? undefined : parseRfc3339(now);
  if (now !== undefined && at === undefined) return fail(io, `--now: ${JSON.stringify(now)} is not a time; write e.g. 2026-01-31T12:00:00Z`, 2);
  const snapshot = await readOrFail(files, io);
  const policy = policyOrFail(policyConfigFile, await readPolicyFileWith(policyConfigFile, (name) => Promise.resolve(snapshot.priorities.get(name))), io);
  for (const line of gaps(snapshot, policy)) io.error(`${line}\n`);
  return { policy, facts: { ...snapshot.facts, usage: unmeasured(usageWanted(policy)) }, now: at ?? snapshot.takenAt ?? io.clock.now().wall };
}

/** From the cluster itself. */
export async function planFromCluster({ policyConfigFile, prometheusTokenFile }: PlanFlags, api: Api, io: Io): Promise<PlanSource> {
  const policy = policyOrFail(policyConfigFile, await readPolicyFile(policyConfigFile, () => api), io);
  const facts = await listCluster(api, neededBy(policy), io.stop);
  const usage = await new Measuring({ api, clock: io.clock, askPrometheus: io.askPrometheus }).read(usageWanted(policy, prometheusTokenFile), io.stop);
  return { policy, facts: usage === undefined ? facts : { ...facts, usage }, now: io.clock.now().wall };
}

/** The policy, or exit code 2 with everything that is wrong, as `check` says it; warnings either way. */
export function policyOrFail(path: string, read: PolicyFile, io: Pick<Io, 'error'>): RebalancePolicy {
  for (const warning of read.warnings) io.error(`${inFile(path, warning)}\n`);
  if ('policy' in read) return read.policy;
  if (read.problems.length === 0) return fail(io, read.because, 2);
  for (const problem of read.problems) io.error(`${inFile(path, problem)}\n`);
  return fail(io, `evenkeel check --policy-config-file ${path} says more`, 2);
}

async function readOrFail(files: readonly string[], io: Io): Promise<ClusterSnapshot> {
  try {
    return await readSnapshotFiles(files);
  } catch (error) {
    if (error instanceof SnapshotProblem) return fail(io, error.message, 2);
    throw error;
  }
}

/** Each source that is enabled and read: it is not the policy's fault that it has nothing to say. */
function unmeasured({ kubernetes, prometheus }: UsageWanted): MeasuredUsage {
  const nothing = { problem: 'a snapshot holds no measured usage' };
  return {
    ...(kubernetes ? { kubernetes: nothing } : {}),
    ...(prometheus === undefined ? {} : { prometheus: new Map(prometheus.queries.map((query) => [query, nothing])) }),
  };
}

/** What the policy reads and the snapshot does not have; an empty kind and one that was not asked for look alike. */
function gaps({ missing, ignored }: ClusterSnapshot, policy: RebalancePolicy): string[] {
  const needed = neededBy(policy);
  const read: readonly (readonly [boolean, string])[] = [[true, 'Pod'], [needed.budgets, 'PodDisruptionBudget'], [needed.namespaces, 'Namespace'], [needed.claims, 'PersistentVolumeClaim']];
  const kinds = read.flatMap(([wanted, kind]) => (wanted && missing.includes(kind) ? [kind] : []));
  const { kubernetes, prometheus } = usageWanted(policy);
  const sources = [...(kubernetes ? ['KubernetesMetrics'] : []), ...(prometheus === undefined ? [] : ['Prometheus'])];
  return [
    ...sources.map((source) => `The snapshot holds no measured usage, and this policy reads that of ${source}: the plugin that reads it will fail; for a plan by requests leave metricsUtilization out`),
    ...kinds.map((kind) => `The snapshot has no ${kind}, which this policy reads: the plan takes it that there is none`),
    ...(ignored.size === 0 ? [] : [`Not read from the snapshot: ${[...ignored].map(([kind, count]) => `${count} ${kind}`).join(', ')}`]),
  ];
}
