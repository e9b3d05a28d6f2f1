import { Command, Option } from 'commander';
import { Explanation } from '../decide/rebalancing/explanation.ts';
import { reportNodes } from '../decide/rebalancing/node-report.ts';
import { byText } from '../decide/rebalancing/order.ts';
import { planRebalance } from '../decide/rebalancing/plan.ts';
import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import type { Api } from '../kube/api.ts';
import type { ClusterFacts, CycleSummary, RebalanceEntry } from '../model/rebalancing.ts';
import { type Duration, elapsed, formatInstant, type Instant, milliseconds } from '../model/time.ts';
import { listCluster } from '../observe/cluster-list.ts';
import { Measuring } from '../observe/usage/usage.ts';
import { eventWriter } from '../report/kubernetes-events.ts';
import { makeLog } from '../report/log.ts';
import { makeMetrics } from '../report/metrics.ts';
import { rebalanceReporter } from '../report/rebalancing.ts';
import { neededBy, readPolicyFile, usageWanted } from '../run/policy-file.ts';
import { rebalanceOnce } from '../run/rebalance.ts';
import { Exit, type Io } from './io.ts';
import { openOrFail } from './person.ts';
import { collect, nowOption, planFromSnapshot, policyOrFail, prometheusTokenOption, snapshotOption } from './plan-source.ts';
import { acceptReferenceFlags, meaninglessFlags } from './rebalance-flags.ts';
import { rebalanceHelp } from './rebalance-help.ts';
import { printRun, type RunReport } from './rebalance-print.ts';
import { type Given, readSettings, type Settings } from './rebalance-settings.ts';
import { needs } from './wrong-options.ts';

export function rebalanceCommand(io: Io): Command {
  const command = new Command('rebalance')
    .summary('evict what a descheduler policy says, once or at an interval')
    .description(
      'Reads a descheduler/v1alpha2 policy unchanged, looks at the cluster, and evicts through the Eviction API what sits lopsided: within the policy\'s limits and the cluster\'s disruption budgets, never while a node is being fenced, and never beside another run.',
    )
    .option('--policy-config-file <file>', 'the policy (YAML or JSON)')
    .hook('preAction', needs('--policy-config-file <file>'))
    .option('--dry-run [bool]', 'say what would be evicted; evict nothing')
    .option(snapshotOption[0], `${snapshotOption[1]}. A dry run`, collect)
    .option(...nowOption)
    .option('--descheduling-interval <duration>', 'repeat, e.g. every 5m, counted from start to start; 0 runs once', '0')
    .option('--kubeconfig <file>', 'kubeconfig to use; default: in-cluster, $KUBECONFIG, ~/.kube/config')
    .option('--lease-namespace <namespace>', 'where the Lease evenkeel-rebalance lives; default: the namespace this runs in, or evenkeel-system')
    .option(...prometheusTokenOption)
    .addOption(new Option('-o, --output <format>', 'how to print what was done').choices(['table', 'json']).default('table'))
    .option('--explain', 'with -o json: also the chain of decisions of every pod')
    .option('--reference-defects', 'have the known defects of descheduler v0.36.0 too: for comparisons, never for use')
    .addOption(new Option('--client-connection-kubeconfig <file>').hideHelp())
    .addOption(new Option('--feature-gates <gates>').hideHelp())
    .addHelpText('after', rebalanceHelp);
  return acceptReferenceFlags(command).action((given: Given) => rebalance(given, io));
}

/** The command itself, apart from its flags' syntax: throws `Exit` for every end but 0. */
export async function rebalance(given: Given, io: Io): Promise<void> {
  for (const line of meaninglessFlags(given)) io.error(`${line}\n`);
  const settings = readSettings(given, io);
  if (given.snapshot !== undefined) return planOnly(given, settings, io);
  let opened: Api | undefined;
  // A policy is judged before the cluster is asked for anything, unless it names a PriorityClass.
  const api = (): Api => (opened ??= openOrFail(io, settings.kubeconfig));
  try {
    const policy = policyOrFail(given.policyConfigFile, await readPolicyFile(given.policyConfigFile, api), io);
    const measuring = new Measuring({ api: api(), clock: io.clock, askPrometheus: io.askPrometheus });
    if (settings.interval > 0) void measuring.follow(io.stop);
    await repeat(settings.interval, io, () => runOnce(policy, api(), { ...settings, io, measuring }));
  } finally {
    await opened?.close();
  }
}

/** A dry run on a snapshot: the same files give the same output, byte for byte. */
async function planOnly(given: Given, settings: Settings, io: Io): Promise<void> {
  const source = await planFromSnapshot(given, io);
  const explanation = explanationFor(settings, true);
  const { entries, summary } = planRebalance({ ...source, referenceDefects: settings.referenceDefects, ...(explanation === undefined ? {} : { explain: explanation.by }) });
  for (const entry of entries) if (entry.kind === 'warning') io.error(`${entry.because}\n`);
  const report = explanation && reportOf(source.facts, source, explanation, settings);
  io.out(printRun({ entries, summary, dryRun: true, ...(report === undefined ? {} : { report }) }, settings.output));
  if (exitCode(summary) !== 0) throw new Exit(exitCode(summary));
}

/** A table says who goes and why; only programs are told more, and of every pod only when they ask. */
const explanationFor = ({ output, explain }: Settings, dryRun: boolean): Explanation | undefined => (output === 'json' ? new Explanation(() => explain, { dryRun }) : undefined);

function reportOf(facts: ClusterFacts, { policy, now }: { readonly policy: RebalancePolicy; readonly now: Instant }, explanation: Explanation, { explain }: Settings): RunReport {
  const pods = Object.fromEntries([...explanation.pods].toSorted(([left], [right]) => byText(left, right)));
  return { now: formatInstant(now), nodes: reportNodes(facts, policy, explanation), said: explanation.strategies, ...(explain ? { pods } : {}) };
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

interface Running extends Settings {
  readonly io: Io;
  /** Remembers the usage of nodes from one run to the next. */
  readonly measuring: Measuring;
}

async function runOnce(policy: RebalancePolicy, api: Api, { io, measuring, ...settings }: Running): Promise<0 | 1> {
  const { dryRun, leaseNamespace, referenceDefects, output } = settings;
  const log = makeLog({ level: 'warn', format: 'text' }, io.clock, { write: (line: string) => io.error(line) });
  const events = eventWriter({ api, clock: io.clock, instance: io.identity, random: () => io.random(), failed: (error) => log.warn(`An Event could not be written: ${String(error)}`) });
  const tell = rebalanceReporter({ events, metrics: makeMetrics(), log, clock: io.clock, failureEvents: policy.evictionFailureEventNotification });
  const entries: RebalanceEntry[] = [];
  const record = (entry: RebalanceEntry): void => {
    entries.push(entry);
    tell(entry);
  };
  const now = io.clock.now().wall;
  let facts: ClusterFacts | undefined;
  const observe = async (wanted: RebalancePolicy, signal: AbortSignal): Promise<ClusterFacts> => {
    const listed = await listCluster(api, neededBy(wanted), signal);
    const usage = await measuring.read(usageWanted(wanted, settings.prometheusTokenFile), signal);
    facts = usage === undefined ? listed : { ...listed, usage };
    return facts;
  };
  const explanation = explanationFor(settings, dryRun);
  try {
    const parts = { api, clock: io.clock, identity: io.identity, observe, record, signal: io.stop, ...(explanation === undefined ? {} : { explain: explanation.by }) };
    const summary = await rebalanceOnce(parts, policy, { dryRun, leaseNamespace, referenceDefects });
    const report = explanation && facts && reportOf(facts, { policy, now }, explanation, settings);
    io.out(printRun({ entries, summary, dryRun, ...(report === undefined ? {} : { report }) }, output));
    return exitCode(summary);
  } catch (error) {
    io.error(`Rebalancing failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await events.flush();
  }
}

/** Something else having priority is no failure; not being able to see is one, for the whole run or for one strategy. */
const exitCode = ({ stopped, strategies }: CycleSummary): 0 | 1 => (stopped?.cause === 'blind' || strategies.some(({ failed }) => failed !== undefined) ? 1 : 0);
