import { Command, Option } from 'commander';
import { parseGoDuration } from '../decide/rebalancing/args.ts';
import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import type { Api } from '../kube/api.ts';
import type { ClusterFacts, CycleSummary, RebalanceEntry } from '../model/rebalancing.ts';
import { type Duration, elapsed, milliseconds } from '../model/time.ts';
import { listCluster } from '../observe/cluster-list.ts';
import { Measuring } from '../observe/usage/usage.ts';
import { eventWriter } from '../report/kubernetes-events.ts';
import { makeLog } from '../report/log.ts';
import { makeMetrics } from '../report/metrics.ts';
import { rebalanceReporter } from '../report/rebalancing.ts';
import { neededBy, readPolicyFile, usageWanted } from '../run/policy-file.ts';
import { rebalanceOnce } from '../run/rebalance.ts';
import { strategies } from '../../strategies/index.ts';
import { Exit, type Io } from './io.ts';
import { acceptReferenceFlags, meaninglessFlags } from './rebalance-flags.ts';
import { printRun } from './rebalance-print.ts';

interface Given extends Readonly<Record<string, unknown>> {
  readonly policyConfigFile: string;
  readonly dryRun?: boolean | string;
  readonly kubeconfig?: string;
  readonly clientConnectionKubeconfig?: string;
  readonly deschedulingInterval: string;
  readonly leaseNamespace?: string;
  readonly featureGates?: string;
  readonly prometheusTokenFile?: string;
  readonly output: 'table' | 'json';
}

export function rebalanceCommand(io: Io): Command {
  const command = new Command('rebalance')
    .summary('evict what a descheduler policy says, once or at an interval')
    .description(
      'Reads a descheduler/v1alpha2 policy unchanged, looks at the cluster, and evicts through the Eviction API what sits lopsided: within the policy\'s limits and the cluster\'s disruption budgets, never while a node is being fenced, and never beside another run.',
    )
    .requiredOption('--policy-config-file <file>', 'the policy (YAML or JSON)')
    .option('--dry-run [bool]', 'say what would be evicted; evict nothing')
    .option('--descheduling-interval <duration>', 'repeat, e.g. every 5m, counted from start to start; 0 runs once', '0')
    .option('--kubeconfig <file>', 'kubeconfig to use; default: in-cluster, $KUBECONFIG, ~/.kube/config')
    .option('--lease-namespace <namespace>', 'where the Lease evenkeel-rebalance lives; default: the namespace this runs in, or evenkeel-system')
    .option('--prometheus-token-file <file>', 'the token for Prometheus; default: where the Secret of the policy is mounted, /var/run/secrets/evenkeel/<namespace>/<name>/prometheusAuthToken')
    .addOption(new Option('-o, --output <format>', 'how to print what was done').choices(['table', 'json']).default('table'))
    .addOption(new Option('--client-connection-kubeconfig <file>').hideHelp())
    .addOption(new Option('--feature-gates <gates>').hideHelp())
    .addHelpText('after', help);
  return acceptReferenceFlags(command).action((given: Given) => rebalance(given, io));
}

const help = `
Start here:
  evenkeel rebalance --policy-config-file policy.yaml --dry-run     what would it do?
  evenkeel rebalance --policy-config-file policy.yaml               do it once

A policy that spreads the replicas of every workload:
  apiVersion: descheduler/v1alpha2
  kind: DeschedulerPolicy
  profiles:
  - name: default
    pluginConfig: [{name: RemoveDuplicates}]
    plugins: {balance: {enabled: [RemoveDuplicates]}}

Strategies:
${strategies.map(({ name, summary }) => `  ${name}   ${summary}`).join('\n')}

The other flags of the reference descheduler are accepted, so that its CronJob, Job and Deployment work with only the
image and the command changed. Exit codes: 0 done (also when something else had priority), 1 failed, 2 bad policy.`;

/** The command itself, apart from its flags' syntax: throws `Exit` for every end but 0. */
export async function rebalance(given: Given, io: Io): Promise<void> {
  for (const line of meaninglessFlags(given)) io.error(`${line}\n`);
  const settings = readFlags(given, io);
  let opened: Api | undefined;
  // A policy is judged before the cluster is asked for anything, unless it names a PriorityClass.
  const api = (): Api => (opened ??= io.connect(settings.kubeconfig));
  try {
    const policy = await readOrExplain(given.policyConfigFile, api, io);
    const measuring = new Measuring({ api: api(), clock: io.clock, askPrometheus: io.askPrometheus });
    if (settings.interval > 0) void measuring.follow(io.stop);
    await repeat(settings.interval, io, () => runOnce(policy, api(), { ...settings, io, measuring }));
  } finally {
    await opened?.close();
  }
}

/** Runs once and ends with its code, or again and again until told to stop; a failed run is tried anew at its time. */
async function repeat(interval: Duration, { clock, stop }: Io, run: () => Promise<0 | 1>): Promise<void> {
  for (;;) {
    const started = clock.now().tick;
    const code = await run();
    if (interval === 0 && code !== 0) throw new Exit(code);
    if (interval === 0) return;
    await clock.sleep(milliseconds(Math.max(0, interval - elapsed(started, clock.now().tick))), stop);
    if (stop.aborted) return;
  }
}

interface Settings {
  readonly dryRun: boolean;
  readonly interval: Duration;
  readonly kubeconfig: string | undefined;
  readonly leaseNamespace: string;
  readonly prometheusTokenFile: string | undefined;
  readonly output: 'table' | 'json';
}

function readFlags(given: Given, io: Io): Settings {
  const refuse = (problem: string): never => {
    io.error(`${problem}\n`);
    throw new Exit(2);
  };
  const interval = parseGoDuration(given.deschedulingInterval);
  if (interval === undefined || interval < 0) return refuse(`--descheduling-interval: ${JSON.stringify(given.deschedulingInterval)} is not a duration; write e.g. 5m, or 0 to run once`);
  const dryRun = String(given.dryRun ?? false);
  if (!['true', 'false', '1', '0', 't', 'f'].includes(dryRun.toLowerCase())) return refuse(`--dry-run: ${JSON.stringify(dryRun)} is neither true nor false`);
  if (/EvictionsInBackground=(?:true|1|t)\b/iu.test(given.featureGates ?? '')) return refuse('--feature-gates: EvictionsInBackground (alpha) is not built in evenkeel; take it out');
  return {
    dryRun: ['true', '1', 't'].includes(dryRun.toLowerCase()),
    interval,
    kubeconfig: given.clientConnectionKubeconfig ?? given.kubeconfig,
    leaseNamespace: given.leaseNamespace ?? io.environment['POD_NAMESPACE'] ?? 'evenkeel-system',
    prometheusTokenFile: given.prometheusTokenFile,
    output: given.output,
  };
}

async function readOrExplain(path: string, api: () => Api, io: Io): Promise<RebalancePolicy> {
  const read = await readPolicyFile(path, api);
  for (const warning of read.warnings) io.error(`${path}: ${warning}\n`);
  if ('policy' in read) return read.policy;
  io.error(`${read.because}\n`);
  throw new Exit(2);
}

interface Running extends Settings {
  readonly io: Io;
  /** Remembers the usage of nodes from one run to the next. */
  readonly measuring: Measuring;
}

async function runOnce(policy: RebalancePolicy, api: Api, { io, measuring, prometheusTokenFile, dryRun, leaseNamespace, output }: Running): Promise<0 | 1> {
  const log = makeLog({ level: 'warn', format: 'text' }, io.clock, { write: (line: string) => io.error(line) });
  const events = eventWriter({ api, clock: io.clock, instance: io.identity, random: () => io.random(), failed: (error) => log.warn(`An Event could not be written: ${String(error)}`) });
  const report = rebalanceReporter({ events, metrics: makeMetrics(), log, clock: io.clock, failureEvents: policy.evictionFailureEventNotification });
  const entries: RebalanceEntry[] = [];
  const record = (entry: RebalanceEntry): void => {
    entries.push(entry);
    report(entry);
  };
  try {
    const observe = async (wanted: RebalancePolicy, signal: AbortSignal): Promise<ClusterFacts> => {
      const facts = await listCluster(api, neededBy(wanted), signal);
      const usage = await measuring.read(usageWanted(wanted, prometheusTokenFile), signal);
      return usage === undefined ? facts : { ...facts, usage };
    };
    const summary = await rebalanceOnce({ api, clock: io.clock, identity: io.identity, observe, record, signal: io.stop }, policy, { dryRun, leaseNamespace });
    io.out(printRun({ entries, summary, dryRun }, output));
    return exitCode(summary);
  } catch (error) {
    io.error(`Rebalancing failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await events.flush();
  }
}

/** Something else having priority is no failure; not being able to see is one. */
const exitCode = ({ stopped }: CycleSummary): 0 | 1 => (stopped?.cause === 'blind' ? 1 : 0);
