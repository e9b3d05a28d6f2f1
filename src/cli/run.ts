import { Command } from 'commander';
import { type ScriptRunner, scriptRunner } from '../act/scripts/runner.ts';
import { readConfigurationFile } from '../config/read.ts';
import { election } from '../kube/election.ts';
import { missingPermissions } from '../kube/access-review.ts';
import { deleteNodePermission, runPermissions } from '../kube/permissions.ts';
import type { Configuration, FencingSettings } from '../model/configuration.ts';
import { makeLog } from '../report/log.ts';
import { runController } from '../run/controller.ts';
import type { OwnPod } from '../run/hand-over.ts';
import type { Probes } from '../run/http.ts';
import { checkCluster } from './check-cluster.ts';
import { checkScripts } from './check-scripts.ts';
import { Exit, type Io } from './io.ts';
import { openOrFail } from './person.ts';
import { needs } from './wrong-options.ts';

interface RunOptions {
  readonly config: string;
  readonly kubeconfig?: string;
}

export function runCommand(io: Io): Command {
  return new Command('run')
    .summary('run the controller')
    .description('Watches the nodes, fences the ones that are dead, proves it, and frees what was stuck on them. Runs until SIGTERM; of several replicas one leads.')
    .option('--config <file>', 'the configuration (docs/configuration.md)')
    .hook('preAction', needs('--config <file>'))
    .option('--kubeconfig <file>', 'kubeconfig to use; default: in-cluster, $KUBECONFIG, ~/.kube/config')
    .addHelpText('after', '\nExit codes: 0 after SIGTERM, 1 leadership lost or a fatal error (start it again: it resumes), 2 bad configuration or cluster not prepared.\n\nExample:\n  evenkeel check --config evenkeel.yaml && evenkeel run --config evenkeel.yaml')
    .action((options: RunOptions) => run(options, io));
}

async function run(options: RunOptions, io: Io): Promise<void> {
  const config = readOrExplain(options.config, io);
  const api = openOrFail(io, options.kubeconfig);
  // A door of its own: lists of 150,000 pods must not keep the lease from being renewed.
  const electionApi = openOrFail(io, options.kubeconfig);
  try {
    const problems = await checkCluster(api, runPermissions({ namespace: config.leaderElection.namespace, leaderLease: config.leaderElection.name, slots: config.fencing.guards.maxConcurrent }));
    if (problems.length > 0) {
      for (const problem of problems) io.error(`${problem}\n`);
      throw new Exit(2);
    }
    const namespace = config.leaderElection.namespace;
    const scripts = (settings: FencingSettings['scripts']): ScriptRunner => scriptRunner({ ...settings, clock: io.clock, execute: io.execute });
    const parts = {
      config,
      configFile: options.config,
      api,
      namespace,
      elect: (lost: (reason: string) => void) => election({ api: electionApi, clock: io.clock, random: () => io.random(), identity: io.identity, settings: config.leaderElection, onLost: lost }),
      scripts,
      serve: (probes: Probes) => io.serve(probes),
      askPrometheus: io.askPrometheus,
      clock: io.clock,
      log: makeLog(config.logging, io.clock, io.logTo),
      node: io.environment['NODE_NAME'],
      pod: ownPod(io, namespace),
      mayDeleteNodes: (await missingPermissions(api, [deleteNodePermission])).length === 0,
      random: () => io.random(),
    };
    // Another method may still work, and taints left behind must be taken off: a missing script is no reason not to start.
    for (const { outcome, says } of checkScripts(config.fencing, scripts(config.fencing.scripts))) if (outcome === 'problem') parts.log.error(says);
    const code = await runController(parts, io.stop);
    if (code !== 0) throw new Exit(code);
  } finally {
    await Promise.all([api.close(), electionApi.close()]);
  }
}

function ownPod({ environment }: Io, namespace: string): OwnPod | undefined {
  const name = environment['POD_NAME'];
  return name === undefined ? undefined : { namespace: environment['POD_NAMESPACE'] ?? namespace, name };
}

function readOrExplain(file: string, io: Io): Configuration {
  const read = readConfigurationFile(file);
  if ('configuration' in read) return read.configuration;
  for (const complaint of read.complaints) io.error(`${complaint.text}\n`);
  throw new Exit(2);
}
