import { Command } from 'commander';
import type { Api } from '../kube/api.ts';
import { pauseReason } from '../kube/records/pause.ts';
import { rfc3339Micro } from '../kube/timestamps.ts';
import type { Paused } from '../model/snapshot.ts';
import type { Io } from './io.ts';
import { namespaceOption, readPause, writePause } from './pausing.ts';
import { asPerson, exitCodes, kubeconfigOption, whoAmI } from './person.ts';

interface PauseOptions {
  readonly reason: string;
  readonly show?: boolean;
  readonly namespace: string;
  readonly kubeconfig?: string;
}

const help = `
While evenkeel is paused nothing new is begun: no command, no next attempt, no machine is powered on. What is under way is brought
to a safe state: an isolation without a command is taken back, a proved release is finished, our out-of-service taint never stays
behind. Dead nodes are still recorded, as Held(Paused), so that you see what waits. A restart does not end a pause.

Example:
  evenkeel pause --reason "moving rack 7"
  kubectl get nodefences
  evenkeel resume
${exitCodes}`;

export function pauseCommand(io: Io): Command {
  return new Command('pause')
    .summary('begin nothing new, in the whole cluster')
    .description('Pauses evenkeel in the whole cluster, in your name, until somebody resumes it.')
    .option('--reason <text>', 'why, for people', '')
    .option('--show', 'only say whether it is paused')
    .option(...namespaceOption)
    .option(...kubeconfigOption)
    .addHelpText('after', help)
    .action((options: PauseOptions) => asPerson(io, options.kubeconfig, (api) => pause(api, options, io)));
}

export async function pause(api: Api, { namespace, reason, show }: PauseOptions, io: Io): Promise<void> {
  const record = await readPause(api, namespace);
  if (record.paused !== undefined) return io.out(`${says(record.paused)}. It ends with: evenkeel resume\n`);
  if (show === true) return io.out('evenkeel is not paused.\n');
  const by = await whoAmI(api);
  const time = rfc3339Micro(io.clock.now().wall);
  await writePause(api, namespace, record, { spec: { holderIdentity: by, acquireTime: time, renewTime: time }, annotations: { [pauseReason]: reason } });
  io.out(`${says({ by, reason })}: nothing new is begun, what is under way is brought to a safe state. It ends with: evenkeel resume\n`);
}

const says = ({ by, reason }: Paused): string => `${by} has paused evenkeel${reason === '' ? '' : ` (${reason})`}`;
