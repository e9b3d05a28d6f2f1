import { expect, test } from 'vitest';
import { evenkeel } from '../../test/fakes/command-line.ts';

test.each<[string[], string]>([
  [['run'], "error: required option '--config <file>' not specified\n"],
  [['run', '--confg', 'x'], "error: unknown option '--confg'\n(Did you mean --config?)\n"],
  [['fence', 'n1'], "error: required option '--reason <text>' not specified\n"],
  [['fence', 'n1', '--resaon', 'x'], "error: unknown option '--resaon'\n(Did you mean --reason?)\n"],
])('%j: a misspelt option is named, and only then a missing one', async (argv, says) => {
  expect(await evenkeel(argv)).toEqual({ code: 2, out: '', error: says });
});
