import { Command, Option } from 'commander';
import { scriptRunner } from '../act/scripts/runner.ts';
import { readConfigurationFile } from '../config/read.ts';
import type { Api } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { type Permission, rebalancePermissions, runPermissions } from '../kube/permissions.ts';
import type { Configuration } from '../model/configuration.ts';
import { checkCluster } from './check-cluster.ts';
import { checkDevices } from './check-devices.ts';
import { checkNodes } from './check-nodes.ts';
import { checkPolicy } from './check-policy.ts';
import { checkScripts } from './check-scripts.ts';
import { type Finding, hasProblem, ok, printFindings, problem } from './finding.ts';
import { Exit, type Io } from './io.ts';
import { openApi } from './open-api.ts';

export interface CheckOptions {
  readonly config?: string;
  readonly policyConfigFile?: string;
  readonly kubeconfig?: string;
  readonly fencing?: boolean;
  readonly offline?: boolean;
  readonly output: 'text' | 'json';
}

export function checkCommand(io: Io): Command {
  return new Command('check')
    .summary('is everything ready to fence? is the policy what you think it is?')
    .description('Looks at the configuration, the policy, the scripts, the cluster and our permissions, and says of each problem what to do. Changes nothing.')
    .option('--config <file>', 'the configuration (docs/configuration.md)')
    .option('--policy-config-file <file>', 'the rebalancing policy; default: rebalancing.policyFile of the configuration. Alone it is a linter, which needs no cluster')
    .option('--fencing', 'also ask the fence device of every method whether it answers (its monitor action)')
    .option('--offline', 'look at the files only: no scripts, no cluster')
    .option('--kubeconfig <file>', 'kubeconfig to use; default: in-cluster, $KUBECONFIG, ~/.kube/config. With a policy alone: look at the cluster, too')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExamples:\n  evenkeel check --config evenkeel.yaml --fencing\n  evenkeel check --policy-config-file policy.yaml     everything that is wrong, ignored or not as it seems, with line:column\n\nExit codes: 0 ready, 2 a problem.\n\nPermissions are those of whoever runs the command. Those of the controller itself:\n  kubectl -n evenkeel-system exec deploy/evenkeel -- evenkeel check --config /etc/evenkeel/config/config.yaml --fencing')
    .action(async (options: CheckOptions) => {
      const findings = await check(options, io);
      io.out(options.output === 'json' ? `${JSON.stringify({ ready: !hasProblem(findings), findings }, undefined, 2)}\n` : printFindings(findings));
      if (hasProblem(findings)) throw new Exit(2);
    });
}

/** Everything that `check` looks at, in the order in which a person would mend it. */
export async function check(options: CheckOptions, io: Pick<Io, 'clock' | 'environment' | 'stop' | 'connect' | 'execute'>): Promise<Finding[]> {
  const wrong = wrongOptions(options);
  if (wrong !== undefined) return [wrong];
  const { configuration, findings } = checkConfiguration(options.config);
  // Files that the configuration names are those of the machine it is written for.
  if (options.offline === true) return [...findings, ...(await checkPolicies(options.policyConfigFile, assumePriority))];
  if (configuration !== undefined) findings.push(...(await checkFencing(configuration, options, io)));
  // A policy can be judged by itself: most need no cluster, and a linter in somebody's pipeline has none.
  if (options.config === undefined && options.kubeconfig === undefined) return checkPolicies(options.policyConfigFile, priorityAtNeed(io));
  const policyFile = options.policyConfigFile ?? configuration?.rebalancing.policyFile;
  return [...findings, ...(await withApi(options, io, (api) => online(api, { configuration, policyFile }, io)))];
}

function wrongOptions({ config, policyConfigFile, fencing, offline }: CheckOptions): Finding | undefined {
  if (config === undefined && policyConfigFile === undefined) return problem('configuration', 'nothing to check; name a file with --config or --policy-config-file');
  if (fencing !== true) return undefined;
  if (config === undefined) return problem('device', '--fencing asks the devices that the configuration names; add --config');
  return offline === true ? problem('device', '--fencing runs scripts, --offline runs none; leave one of them out') : undefined;
}

function checkConfiguration(file: string | undefined): { readonly configuration: Configuration | undefined; readonly findings: Finding[] } {
  if (file === undefined) return { configuration: undefined, findings: [] };
  const read = readConfigurationFile(file);
  if ('complaints' in read) return { configuration: undefined, findings: read.complaints.map(({ text }) => problem('configuration', text)) };
  return { configuration: read.configuration, findings: [ok('configuration', `${file}: ${summary(read.configuration)}`)] };
}

const summary = ({ mode, fencing }: Configuration): string => `mode ${mode}, ${fencing.methods.length === 0 ? 'no method to fence' : `methods ${fencing.methods.map(({ name }) => name).join(', ')}`}`;

/** Goes to the cluster only when the policy names a PriorityClass. */
const priorityAtNeed = (io: Pick<Io, 'connect'>) => async (name: string): Promise<number | undefined> => {
  const opened = openApi(io, undefined);
  if ('problem' in opened) throw new Error(opened.problem);
  try {
    return await priorityOf(opened.api, name);
  } finally {
    await opened.api.close();
  }
};

/** Offline nobody knows the cluster's priorities; that one is named is no problem of the file. */
const assumePriority = (): Promise<number> => Promise.resolve(0);

async function checkFencing({ fencing }: Configuration, { fencing: askDevices }: CheckOptions, io: Pick<Io, 'clock' | 'stop' | 'execute'>): Promise<Finding[]> {
  const runner = scriptRunner({ directories: fencing.scripts.directories, allowed: fencing.scripts.allowed, clock: io.clock, execute: io.execute });
  const scripts = checkScripts(fencing, runner);
  return askDevices === true ? [...scripts, ...(await checkDevices(fencing.methods, runner, io.stop))] : scripts;
}

interface Subject {
  readonly configuration: Configuration | undefined;
  readonly policyFile: string | undefined;
}

async function online(api: Api, { configuration, policyFile }: Subject, io: Pick<Io, 'environment' | 'stop'>): Promise<Finding[]> {
  const permissions = neededPermissions(configuration, io.environment['POD_NAMESPACE'] ?? 'evenkeel-system');
  const problems = await checkCluster(api, permissions);
  const policy = await checkPolicies(policyFile, (name) => priorityOf(api, name));
  if (problems.length > 0) return [...problems.map((says) => problem('cluster', says)), ...policy];
  const nodes = configuration === undefined ? [] : await checkNodes(api, configuration.fencing, io.stop);
  return [ok('cluster', `reachable, the CustomResourceDefinition is installed, all ${permissions.length} permissions are granted`), ...nodes, ...policy];
}

function neededPermissions(configuration: Configuration | undefined, namespace: string): readonly Permission[] {
  if (configuration === undefined) return rebalancePermissions({ namespace });
  const { leaderElection, fencing } = configuration;
  return runPermissions({ namespace: leaderElection.namespace, leaderLease: leaderElection.name, slots: fencing.guards.maxConcurrent });
}

const checkPolicies = async (file: string | undefined, priority: (name: string) => Promise<number | undefined>): Promise<Finding[]> => (file === undefined ? [] : checkPolicy(file, priority));

async function priorityOf(api: Api, name: string): Promise<number | undefined> {
  const { items } = await api.call<{ items: readonly { metadata: { name: string }; value: number }[] }>({ verb: 'GET', path: collectionPath(resources.priorityclasses), query: { fieldSelector: `metadata.name=${name}` } });
  return items.find(({ metadata }) => metadata.name === name)?.value;
}

async function withApi({ kubeconfig }: CheckOptions, io: Pick<Io, 'connect'>, look: (api: Api) => Promise<Finding[]>): Promise<Finding[]> {
  const opened = openApi(io, kubeconfig);
  if ('problem' in opened) return [problem('cluster', `${opened.problem}, or use --offline`)];
  try {
    return await look(opened.api);
  } finally {
    await opened.api.close();
  }
}
