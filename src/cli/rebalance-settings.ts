import { parseGoDuration } from '../decide/rebalancing/args.ts';
import type { Duration } from '../model/time.ts';
import type { Io } from './io.ts';
import { fail } from './person.ts';
import type { PlanFlags } from './plan-source.ts';

/** The flags as commander hands them over. */
export interface Given extends Readonly<Record<string, unknown>>, PlanFlags {
  readonly policyConfigFile: string;
  readonly dryRun?: boolean | string;
  readonly explain?: boolean;
  readonly referenceDefects?: boolean;
  readonly kubeconfig?: string;
  readonly clientConnectionKubeconfig?: string;
  readonly deschedulingInterval: string;
  readonly leaseNamespace?: string;
  readonly featureGates?: string;
  readonly output: 'table' | 'json';
}

export interface Settings {
  readonly dryRun: boolean;
  readonly explain: boolean;
  readonly referenceDefects: boolean;
  readonly interval: Duration;
  readonly kubeconfig: string | undefined;
  readonly leaseNamespace: string;
  readonly prometheusTokenFile: string | undefined;
  readonly output: 'table' | 'json';
}

/** Flags in final form, or exit code 2 with the first one that is wrong. */
export function readSettings(given: Given, io: Pick<Io, 'error' | 'environment'>): Settings {
  const checked = checkFlags(given, io);
  return {
    ...checked,
    explain: given.explain ?? false,
    referenceDefects: given.referenceDefects ?? false,
    kubeconfig: given.clientConnectionKubeconfig ?? given.kubeconfig,
    leaseNamespace: given.leaseNamespace ?? io.environment['POD_NAMESPACE'] ?? 'evenkeel-system',
    prometheusTokenFile: given.prometheusTokenFile,
    output: given.output,
  };
}

function checkFlags(given: Given, io: Pick<Io, 'error'>): Pick<Settings, 'dryRun' | 'interval'> {
  const refuse = (problem: string): never => fail(io, problem, 2);
  const interval = parseGoDuration(given.deschedulingInterval);
  if (interval === undefined || interval < 0) return refuse(`--descheduling-interval: ${JSON.stringify(given.deschedulingInterval)} is not a duration; write e.g. 5m, or 0 to run once`);
  const dryRun = readBoolean(given.dryRun ?? given.snapshot !== undefined);
  if (dryRun === undefined) return refuse(`--dry-run: ${JSON.stringify(given.dryRun)} is neither true nor false`);
  const wrong = togetherness(given, { dryRun, interval }) ?? gateProblem(given.featureGates ?? '');
  if (wrong !== undefined) return refuse(wrong);
  return { dryRun, interval };
}

/** As the reference's flags take it: `--flag`, `--flag=true`, `--flag=F`. */
function readBoolean(written: boolean | string): boolean | undefined {
  const text = String(written);
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}

function togetherness({ snapshot, now, explain, output }: Given, { dryRun, interval }: Pick<Settings, 'dryRun' | 'interval'>): string | undefined {
  if (explain === true && output !== 'json') return '--explain gives the chain of every pod, for programs: add -o json, or ask about one pod with evenkeel why pod NS/NAME';
  if (snapshot === undefined) return now === undefined ? undefined : '--now goes with --snapshot: the cluster has its own time';
  if (!dryRun) return '--dry-run=false: nothing can be evicted from a snapshot';
  return interval === 0 ? undefined : '--descheduling-interval: a snapshot does not change; leave it out';
}

/** The alpha gate of the reference, by its name or by the gate that opens all of them. */
function gateProblem(gates: string): string | undefined {
  for (const gate of gates.split(',').filter((each) => each.trim() !== '')) {
    const [name = '', value = ''] = gate.split('=', 2).map((part) => part.trim());
    const on = readBoolean(value);
    if (!['EvictionsInBackground', 'AllAlpha', 'AllBeta'].includes(name)) return `--feature-gates: there is no gate ${JSON.stringify(name)}; the reference has EvictionsInBackground, AllAlpha and AllBeta`;
    if (on === undefined) return `--feature-gates: ${JSON.stringify(gate)} is neither true nor false; write ${name}=false`;
    if (on && name !== 'AllBeta') return `--feature-gates: EvictionsInBackground (alpha${name === 'AllAlpha' ? ', one of AllAlpha' : ''}) is not built in evenkeel; take it out`;
  }
  return undefined;
}
