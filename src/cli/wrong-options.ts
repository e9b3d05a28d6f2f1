import type { Command } from 'commander';
import { nearest } from '../config/spelling.ts';

/**
 * For `.hook('preAction', …)`: ends the command when this option was not given. Commander's own requiredOption looks before
 * unknown options are reported, so that a misspelt one would be called missing.
 */
export const needs = (flags: string) => (_: Command, command: Command): void => {
  const option = command.options.find((each) => each.flags === flags);
  if (option !== undefined && command.getOptionValue(option.attributeName()) === undefined) command.error(`error: required option '${flags}' not specified`);
};

/** Commander's complaint about an unknown option, with the option that begins like it: `--polcy` means `--policy-config-file`. */
export function withMeantOption(complaint: string, command: Command): string {
  const written = /unknown option '--([^'=]+)/u.exec(complaint)?.[1];
  if (written === undefined || complaint.includes('Did you mean')) return complaint;
  const words = written.split('-').length;
  const known = new Map(command.createHelp().visibleOptions(command).flatMap(({ long }) => (typeof long === 'string' ? [[beginning(long, words), long] as const] : [])).toReversed());
  const meant = known.get(nearest(written, [...known.keys()]) ?? '');
  return meant === undefined ? complaint : `${complaint.trimEnd()}\n(Did you mean ${meant}?)\n`;
}

const beginning = (long: string, words: number): string => long.slice('--'.length).split('-').slice(0, words).join('-');
