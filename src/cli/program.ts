import { Command, CommanderError } from 'commander';
import { checkCommand } from './check.ts';
import { Exit, type Io } from './io.ts';
import { rebalanceCommand } from './rebalance.ts';
import { runCommand } from './run.ts';
import { statusCommand } from './status.ts';
import { versionCommand } from './version.ts';

/** Every command, one file each. */
export function program(io: Io, version: string): Command {
  const evenkeel = new Command('evenkeel')
    .description('Keeps a Kubernetes cluster on an even keel when nodes die: fences them, proves it, frees what was stuck, rebalances when they return.')
    .addHelpText('after', '\nStart here:\n  evenkeel check --config evenkeel.yaml      is everything ready to fence?\n  kubectl label node worker-1 fencing=enabled\n  evenkeel status                            what is down, and what is done about it')
    .addCommand(checkCommand(io))
    .addCommand(runCommand(io))
    .addCommand(rebalanceCommand(io))
    .addCommand(statusCommand(io))
    .addCommand(versionCommand(io, version));
  for (const command of [evenkeel, ...evenkeel.commands]) {
    command.configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.error(text) });
    command.exitOverride((error: CommanderError) => {
      throw new Exit(error.exitCode === 0 ? 0 : 2);
    });
  }
  return evenkeel;
}
