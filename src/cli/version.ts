import { Command } from 'commander';
import type { Io } from './io.ts';

export function versionCommand(io: Io, version: string): Command {
  return new Command('version').summary('print the version').action(() => io.out(`evenkeel ${version}\n`));
}
