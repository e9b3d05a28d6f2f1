import { Command } from 'commander';
import type { Api } from '../kube/api.ts';
import { pauseReason } from '../kube/records/pause.ts';
import type { Io } from './io.ts';
import { namespaceOption, readPause, writePause } from './pausing.ts';
import { asPerson, exitCodes, kubeconfigOption } from './person.ts';

interface ResumeOptions {
  readonly namespace: string;
  readonly kubeconfig?: string;
}

export function resumeCommand(io: Io): Command {
  return new Command('resume')
    .summary('end a pause')
    .description('Ends the pause of the whole cluster, whoever began it. What was held is decided anew within a second, by every guard.')
    .option(...namespaceOption)
    .option(...kubeconfigOption)
    .addHelpText('after', `\nExample:\n  evenkeel status     what waits\n  evenkeel resume\n${exitCodes}`)
    .action((options: ResumeOptions) => asPerson(io, options.kubeconfig, (api) => resume(api, options, io)));
}

export async function resume(api: Api, { namespace }: ResumeOptions, io: Io): Promise<void> {
  const record = await readPause(api, namespace);
  if (record.paused === undefined) return io.out('evenkeel is not paused.\n');
  await writePause(api, namespace, record, { spec: { holderIdentity: null, acquireTime: null, renewTime: null }, annotations: { [pauseReason]: null } });
  io.out(`The pause of ${record.paused.by} is over: what was held is decided anew.\n`);
}
