import { systemCriticalPriority } from '../../decide/rebalancing/evictor.ts';
import type { Profile, RebalancePolicy } from '../../decide/rebalancing/policy.ts';
import type { Strategy } from '../../decide/rebalancing/strategy.ts';
import { parseSelector } from '../../model/selector.ts';
import { decodePolicy } from './decode.ts';
import { readPolicyDocument } from './document.ts';
import { type DraftProfile, draftProfile, resolveThreshold, Undecodable } from './profile.ts';
import { checkMetricsProviders, idleSources, metricsSources } from './providers.ts';
import type { WrittenPolicy } from './schema.ts';

export interface PolicySource {
  /** As the user named it; it stands in messages. */
  readonly path: string;
  readonly text: string;
  readonly strategies: readonly Strategy<unknown>[];
  /** The value of a PriorityClass, `undefined` when there is none of that name. Asked only when the policy names one. */
  readonly priorityOf: (name: string) => Promise<number | undefined>;
}

/** A finished policy, or why it is refused as a whole; either way what was accepted but does nothing. */
export type ReadPolicy = ({ readonly kind: 'policy'; readonly policy: RebalancePolicy } | { readonly kind: 'refused'; readonly because: string }) & {
  readonly warnings: readonly string[];
};

/** Reads a `descheduler/v1alpha2` policy unchanged: decode, validate everything, look up priorities, put plugins together. */
export async function readPolicy(source: PolicySource): Promise<ReadPolicy> {
  const failed = `failed decoding descheduler's policy config ${JSON.stringify(source.path)}`;
  const document = readPolicyDocument(source.text);
  if ('problem' in document) return refuse(`${failed}: ${document.problem}`);
  const decoded = decodePolicy(document);
  if ('problem' in decoded) return refuse(`${failed}: ${decoded.problem}`, decoded.warnings);
  const { written } = decoded;
  const drafts = draft(written, source.strategies);
  if (typeof drafts === 'string') return refuse(`${failed}: ${drafts}`, decoded.warnings);
  const warnings = [...decoded.warnings, ...drafts.flatMap((each) => each.warnings), ...idleSettings(written)];
  const problems = [...checkMetricsProviders(written), ...drafts.flatMap((each) => each.problems)];
  if (problems.length > 0) return refuse(problems.length === 1 ? String(problems[0]) : `[${problems.join(', ')}]`, warnings);
  return finish(written, drafts, source, warnings);
}

const refuse = (because: string, warnings: readonly string[] = []): ReadPolicy => ({ kind: 'refused', because, warnings });

function draft({ profiles = [] }: WrittenPolicy, strategies: readonly Strategy<unknown>[]): DraftProfile[] | string {
  try {
    return profiles.map((profile) => draftProfile(profile, strategies));
  } catch (error) {
    if (error instanceof Undecodable) return error.message;
    throw error;
  }
}

async function finish(written: WrittenPolicy, drafts: readonly DraftProfile[], { priorityOf }: PolicySource, warnings: readonly string[]): Promise<ReadPolicy> {
  const nodes = parseSelector(written.nodeSelector ?? '');
  if ('problem' in nodes) return refuse(`nodeSelector: ${nodes.problem}`, warnings);
  const misuse = drafts.flatMap((each) => each.misuse);
  if (misuse.length > 0) return refuse(misuse.length === 1 ? String(misuse[0]) : `[${misuse.join(', ')}]`, warnings);
  const profiles: Profile[] = [];
  for (const each of drafts) {
    const threshold = await resolveThreshold(each.priorityThreshold, priorityOf);
    if (threshold === undefined) return refuse(`priorityThreshold: there is no PriorityClass ${JSON.stringify(each.priorityThreshold?.name)} in the cluster`, warnings);
    if (threshold > systemCriticalPriority) return refuse(`priority threshold can't be greater than ${systemCriticalPriority}`, warnings);
    profiles.push(each.build(threshold));
  }
  const policy = policyOf(written, nodes.selector, profiles);
  return { kind: 'policy', warnings: [...warnings, ...idleSources(policy)], policy };
}

function policyOf(written: WrittenPolicy, nodeSelector: RebalancePolicy['nodeSelector'], profiles: readonly Profile[]): RebalancePolicy {
  return {
    nodeSelector,
    limits: { perNode: written.maxNoOfPodsToEvictPerNode, perNamespace: written.maxNoOfPodsToEvictPerNamespace, total: written.maxNoOfPodsToEvictTotal },
    gracePeriodSeconds: written.gracePeriodSeconds,
    evictionFailureEventNotification: written.evictionFailureEventNotification ?? false,
    metrics: metricsSources(written),
    profiles,
  };
}

const idleSettings = ({ apiVersion, profiles = [] }: WrittenPolicy): string[] => (apiVersion !== undefined && profiles.length === 0 ? ['the policy has no profiles, so it evicts nothing'] : []);
