import { Command, CommanderError } from 'commander';
import { cancelCommand } from './cancel.ts';
import { checkCommand } from './check.ts';
import { confirmOffCommand } from './confirm-off.ts';
import { demoCommand } from './demo.ts';
import { fenceCommand } from './fence.ts';
import { Exit, type Io } from './io.ts';
import { pauseCommand } from './pause.ts';
import { rebalanceCommand } from './rebalance.ts';
import { resumeCommand } from './resume.ts';
import { runCommand } from './run.ts';
import { snapshotCommand } from './snapshot.ts';
import { statusCommand } from './status.ts';
import { uninstallCommand } from './uninstall.ts';
import { versionCommand } from './version.ts';
import { whyCommand } from './why.ts';
import { withMeantOption } from './wrong-options.ts';

/** Every command, one file each. */
export function program(io: Io, version: string): Command {
  const evenkeel = new Command('evenkeel')
    .description('Keeps a Kubernetes cluster on an even keel when nodes die: fences them, proves it, frees what was stuck, rebalances when they return.')
    .addHelpText('after', '\nStart here:\n  evenkeel demo                              see it work; needs no cluster\n  evenkeel check --config evenkeel.yaml      is everything ready to fence?\n  kubectl label node worker-1 fencing=enabled\n  evenkeel status                            what is down, and what is done about it\n  evenkeel why worker-1                      which rule holds, and what would change it')
    .addCommand(checkCommand(io))
    .addCommand(runCommand(io))
    .addCommand(rebalanceCommand(io))
    .addCommand(snapshotCommand(io))
    .addCommand(statusCommand(io))
    .addCommand(whyCommand(io))
    .addCommand(fenceCommand(io))
    .addCommand(confirmOffCommand(io))
    .addCommand(cancelCommand(io))
    .addCommand(pauseCommand(io))
    .addCommand(resumeCommand(io))
    .addCommand(uninstallCommand(io))
    .addCommand(demoCommand(io, (own, args) => program(own, version).parseAsync([...args], { from: 'user' })))
    .addCommand(versionCommand(io, version));
  for (const command of [evenkeel, ...evenkeel.commands]) {
    command.configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.error(text), outputError: (text, write) => write(withMeantOption(text, command)) });
    command.exitOverride((error: CommanderError) => {
      throw new Exit(error.exitCode === 0 ? 0 : 2);
    });
  }
  return evenkeel;
}
