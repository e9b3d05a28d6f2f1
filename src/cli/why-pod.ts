import type { By } from '../decide/rebalancing/cycle.ts';
import { wouldEvict } from '../decide/rebalancing/explanation.ts';
import type { NodeReport } from '../decide/rebalancing/node-report.ts';
import { type PodVerdict, type StrategyVerdict, whyPod } from '../decide/rebalancing/why-pod.ts';
import { formatAmount, nothing, parseQuantity } from '../model/quantity.ts';
import { formatInstant, type Instant } from '../model/time.ts';
import { figureLines } from './figures-print.ts';
import type { Io } from './io.ts';
import { asPerson, fail } from './person.ts';
import { type PlanFlags, planFromCluster, planFromSnapshot, type PlanSource } from './plan-source.ts';

export interface WhyPodOptions extends Partial<PlanFlags> {
  readonly kubeconfig?: string;
  readonly output: 'text' | 'json';
  readonly referenceDefects?: boolean;
}

/** `evenkeel why pod NS/NAME`: judged by a policy, on the cluster or on a snapshot of it. */
export async function whyPodCommand(written: string, options: WhyPodOptions, io: Io): Promise<void> {
  const [namespace = '', name = '', ...more] = written.split('/');
  if (namespace === '' || name === '' || more.length > 0) fail(io, `${JSON.stringify(written)} is no pod: write NAMESPACE/NAME`, 2);
  const { policyConfigFile, snapshot, now, prometheusTokenFile } = options;
  if (policyConfigFile === undefined) return fail(io, 'A pod stays or goes by a policy: name it with --policy-config-file', 2);
  if (snapshot === undefined && now !== undefined) fail(io, '--now goes with --snapshot: the cluster has its own time', 2);
  const answer = (source: PlanSource): void => {
    const verdict = whyPod({ ...source, namespace, name, referenceDefects: options.referenceDefects ?? false });
    if (verdict === undefined) return fail(io, `There is no pod ${namespace}/${name}${snapshot === undefined ? '' : ' in the snapshot'}`, 1);
    io.out(options.output === 'json' ? `${JSON.stringify({ now: formatInstant(source.now), ...verdict }, undefined, 2)}\n` : printPodVerdict(verdict, source.now));
  };
  if (snapshot !== undefined) return answer(await planFromSnapshot({ policyConfigFile, snapshot, ...(now === undefined ? {} : { now }) }, io));
  return asPerson(io, options.kubeconfig, async (api) => answer(await planFromCluster({ policyConfigFile, ...(prometheusTokenFile === undefined ? {} : { prometheusTokenFile }) }, api, io)));
}

/** The verdict as a person reads it: one row for each strategy, then the pod's node. */
export function printPodVerdict({ pod, verdict, because, strategies, node }: PodVerdict, now: Instant): string {
  const rows = [...strategies.map((each) => [nameOf(each), `${words(each)}${each.because}`]), ...(node === undefined ? [] : nodeLines(node))];
  // One strategy says it all.
  const lines = strategies.length === 1 ? rows : [['because', because], ...rows];
  const widest = Math.max(...lines.map(([label = '']) => label.length));
  return [`${pod}: ${verdict} (judged at ${formatInstant(now)})`, ...lines.map(([label = '', text = '']) => `  ${label.padEnd(widest)}   ${text}`), ''].join('\n');
}

const nameOf = ({ profile, strategy }: By): string => `${profile}/${strategy}`;

function words({ decision, filter }: StrategyVerdict): string {
  if (decision === undefined) return '';
  return decision === wouldEvict ? 'would evict it: ' : `${decision}${filter === undefined ? '' : ` by ${filter}`}: `;
}

function nodeLines({ name, leftOut, cordoned, pods, requests, allocatable, strategies }: NodeReport): string[][] {
  const offered = (resource: string): string => formatAmount(resource, parseQuantity(allocatable[resource] ?? '') ?? nothing);
  const shown = Object.entries(requests).map(([resource, sum]) => `${resource} ${sum} of ${offered(resource)}`);
  const state = [...(leftOut === undefined ? [] : [leftOut]), ...(cordoned ? ['cordoned'] : []), `${pods} of ${offered('pods')} pods`, ...shown];
  return [['node', `${name}: ${state.join(', ')}`], ...strategies.flatMap((each) => figureLines(each).map((line) => ['', line]))];
}
