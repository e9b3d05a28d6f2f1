import { systemCriticalPriority } from '../../decide/rebalancing/evictor.ts';
import type { Profile, RebalancePolicy } from '../../decide/rebalancing/policy.ts';
import type { Strategy } from '../../decide/rebalancing/strategy.ts';
import { everything, parseSelector } from '../../model/selector.ts';
import { decodePolicy } from './decode.ts';
import { type PolicyDocument, readPolicyDocument } from './document.ts';
import { policyRemarks } from './lint/lint.ts';
import { byPlace, placedProblems } from './lint/problems.ts';
import type { Path, Remark } from './lint/remark.ts';
import { defaultEvictor, type Plugins, pluginsOf } from './plugins.ts';
import { type DraftProfile, draftProfile, resolveThreshold } from './profile.ts';
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

/** A finished policy, or why it is refused as a whole; either way what was accepted but does not do what is written. */
export type ReadPolicy = ({ readonly kind: 'policy'; readonly policy: RebalancePolicy } | Refused) & {
  readonly warnings: readonly string[];
  /** What does as written and may not be meant so: for a linter. */
  readonly hints: readonly string[];
};

interface Refused {
  readonly kind: 'refused';
  /** In the words of the reference, which stops at the first step that fails. */
  readonly because: string;
  /** Everything that is wrong, each with its place: for a linter. */
  readonly problems: readonly string[];
}

/** Reads a `descheduler/v1alpha2` policy unchanged: decode, validate everything, look up priorities, put plugins together. */
export async function readPolicy(source: PolicySource): Promise<ReadPolicy> {
  const failed = `failed decoding descheduler's policy config ${JSON.stringify(source.path)}`;
  const document = readPolicyDocument(source.text);
  if ('problem' in document) return { ...refuse(`${failed}: ${document.problem}`, [document.problem]), warnings: [], hints: [] };
  const plugins = pluginsOf(source.strategies);
  const decoded = decodePolicy(document, plugins);
  if ('problem' in decoded) return { ...refuse(`${failed}: ${decoded.problem}`, decoded.problems), ...tell(document, decoded.remarks) };
  const { written } = decoded;
  const drafts = (written.profiles ?? []).map((profile) => draftProfile(profile, source.strategies));
  const told = tell(document, [...decoded.remarks, ...policyRemarks(written, plugins)]);
  const ended = judge(document, { written, drafts, failed, plugins });
  if (ended !== undefined) return { ...ended, ...told };
  const finished = await finish(document, { written, drafts, source });
  const idle = finished.kind === 'policy' ? idleSources(finished.policy) : [];
  return { ...finished, ...told, warnings: [...told.warnings, ...idle] };
}

const refuse = (because: string, problems: readonly string[]): Refused => ({ kind: 'refused', because, problems });

/** Remarks with their places, in the order of the file. */
function tell(document: PolicyDocument, remarks: readonly Remark[]): { readonly warnings: string[]; readonly hints: string[] } {
  const placed = [...document.remarks.map((each) => ({ ...each, level: 'warning' })), ...remarks.map(({ path, level, says }) => ({ place: document.place(path), level, says }))].toSorted(byPlace);
  const of = (wanted: string): string[] => placed.filter(({ level }) => level === wanted).map(({ place, says }) => `${place}: ${says}`);
  return { warnings: of('warning'), hints: of('hint') };
}

/** What stops a policy before anything outside of it is asked for. */
function judge(document: PolicyDocument, { written, drafts, failed, plugins }: { written: WrittenPolicy; drafts: readonly DraftProfile[]; failed: string; plugins: Plugins }): Refused | undefined {
  const problems = placedProblems(document, written, drafts, plugins);
  const [undecodable] = drafts.flatMap((each) => each.undecodable);
  if (undecodable !== undefined) return refuse(`${failed}: ${undecodable.says}`, problems);
  const invalid = [...checkMetricsProviders(written), ...drafts.flatMap((each) => each.problems.map(({ says }) => says))];
  if (invalid.length > 0) return refuse(inOne(invalid), problems);
  const nodes = parseSelector(written.nodeSelector ?? '');
  if ('problem' in nodes) return refuse(`nodeSelector: ${nodes.problem}`, problems);
  const misuse = drafts.flatMap((each) => each.misuse.map(({ says }) => says));
  return misuse.length > 0 ? refuse(inOne(misuse), problems) : undefined;
}

const inOne = (problems: readonly string[]): string => (problems.length === 1 ? String(problems[0]) : `[${problems.join(', ')}]`);

interface Unfinished {
  readonly written: WrittenPolicy;
  readonly drafts: readonly DraftProfile[];
  readonly source: PolicySource;
}

async function finish(document: PolicyDocument, { written, drafts, source }: Unfinished): Promise<{ readonly kind: 'policy'; readonly policy: RebalancePolicy } | Refused> {
  const profiles: Profile[] = [];
  for (const [at, each] of drafts.entries()) {
    const threshold = await resolveThreshold(each.priorityThreshold, source.priorityOf);
    const problem = threshold === undefined ? `priorityThreshold: there is no PriorityClass ${JSON.stringify(each.priorityThreshold?.name)} in the cluster` : threshold > systemCriticalPriority ? `priority threshold can't be greater than ${systemCriticalPriority}` : undefined;
    if (threshold === undefined || problem !== undefined) return refuse(problem ?? '', [`${document.place(thresholdIn(written, at))}: ${problem}`]);
    profiles.push(each.build(threshold));
  }
  const nodes = parseSelector(written.nodeSelector ?? '');
  return { kind: 'policy', policy: policyOf(written, 'selector' in nodes ? nodes.selector : everything, profiles) };
}

function thresholdIn({ profiles = [] }: WrittenPolicy, at: number): Path {
  const entry = (profiles[at]?.pluginConfig ?? []).findIndex(({ name }) => name === defaultEvictor);
  return ['profiles', at, 'pluginConfig', entry, 'args', 'priorityThreshold'];
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
