import type { Api } from '../kube/api.ts';
import { holderOf, readLease } from '../kube/lease-object.ts';
import { rebalanceLease } from '../kube/permissions.ts';
import type { LeaderElectionSettings } from '../model/configuration.ts';
import { type Instant, parseRfc3339 } from '../model/time.ts';
import type { AskPrometheus } from '../kube/prometheus.ts';
import { Measuring } from '../observe/usage/usage.ts';
import { leaseReference } from '../report/report.ts';
import { nodeCron } from './cron.ts';
import { policyReader } from './policy-reader.ts';
import { rebalanceWhenDue } from './rebalance-driver.ts';
import type { PassParts } from './rebalance-pass.ts';

/** Rebalancing that starts by itself, on the real cron and the real files. Ends, after the eviction under way, when `signal` aborts. */
export function rebalancing(parts: RebalancingParts, signal: AbortSignal): Promise<void> {
  const { api, namespace } = parts;
  const readPolicy = policyReader({ ...parts, regarding: leaseReference(parts.leaderElection) });
  const measuring = new Measuring(parts);
  void measuring.follow(signal);
  return rebalanceWhenDue({ ...parts, measuring, cron: nodeCron, readPolicy, lastRun: () => lastRun(api, namespace) }, signal);
}

export interface RebalancingParts extends Omit<PassParts, 'measuring'> {
  readonly leaderElection: LeaderElectionSettings;
  readonly askPrometheus: AskPrometheus;
}

/** When the Lease that every rebalance holds was last given back. While it is held, nobody knows how that pass will end. */
async function lastRun(api: Api, namespace: string): Promise<Instant | undefined> {
  try {
    const lease = await readLease(api, { namespace, name: rebalanceLease });
    return lease === undefined || holderOf(lease) !== '' ? undefined : parseRfc3339(lease.spec?.renewTime ?? undefined);
  } catch {
    // One pass too many does no harm.
    return undefined;
  }
}
