import { z } from 'zod';
import type { FenceMethod } from '../../model/configuration.ts';
import { formatDuration, hours, minutes, seconds } from '../../model/time.ts';
import { always, entriesOf, textOf } from './across.ts';
import { selectorOrNone } from './selector.ts';
import { complain, duration, oneLine, text } from './setting.ts';

/** A file name, nothing more: `act/scripts/find.ts` looks for exactly these. */
export const scriptName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/u;
export const scriptNameInWords = 'a name of up to 63 letters, digits, - and _; the file fence.sh is named fence';

/** What a node label can hold, since one may choose the method. */
const methodName = /^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/u;

const evidence = z
  .strictObject({
    statusReads: z.int().min(2).max(20).default(3).describe('How many separate `status` runs in a row must say off. One reading can catch the short off moment of a reboot.'),
    statusOver: duration(seconds(1), minutes(10), 'From the first to the last of these readings at least so much time must pass.').prefault('5s'),
    within: duration(seconds(2), hours(2), 'How long after the command its proof may take. Then the next method is tried, or a person is asked.').prefault('5m'),
  })
  .superRefine(({ statusOver, within }, context) => {
    if (statusOver >= within) complain(context, ['within'], `${formatDuration(within)} leaves no time for readings over statusOver ${formatDuration(statusOver)}: nothing could ever be proved`, `write more than ${formatDuration(statusOver)}`);
  })
  .prefault({});

const parameterValue = text(oneLine, { description: 'Given to the script as `FENCE_PARAM_<NAME>`. Secrets are paths of mounted files, never values.', allowed: 'one line of text, up to 4096 characters' });

const method = z.strictObject({
  name: text(methodName, { description: 'Name of the method, in events, metrics and the node label evenkeel.dev/fence-script.', allowed: 'a name of up to 63 letters, digits, -, _ and .' }),
  script: text(scriptName, { description: 'The script it runs; one of fencing.scripts.allowed.', allowed: scriptNameInWords }),
  action: z.enum(['auto', 'reboot', 'off']).default('auto').describe('`auto`: off where volumes are attached and the script can, else reboot.'),
  timeout: duration(seconds(1), hours(1), 'Wall clock of one run of the script. At the limit its whole process group is killed and the outcome is unknown, never success.').prefault('3m'),
  evidence,
  acceptClaimed: selectorOrNone('Nodes for which exit code 0 of the script is believed and pods are force-deleted without proof (never the out-of-service taint). A script that is wrong then costs data.').prefault(''),
  parameters: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/u, 'write a small letter, then small letters, digits and _'), parameterValue).prefault({}).describe('Parameters of the script.'),
});

/** Levels of fencing, tried in order. */
export const methods = z
  .array(method)
  .max(10)
  .prefault([])
  .describe('Ways to fence, tried in order; with `mode: enforce` there must be one. The node label evenkeel.dev/fence-script may choose one of equal or stronger evidence.')
  .superRefine((list: unknown, context) => {
    const seen = new Map<string, number>();
    for (const [index, entry] of entriesOf(list).entries()) {
      const name = textOf(entry, 'name');
      const first = name === undefined ? undefined : seen.get(name);
      if (first !== undefined) complain(context, [index, 'name'], `methods[${first}] is called ${name} as well`, 'give every method a name of its own');
      else if (name !== undefined) seen.set(name, index);
    }
  }, always)
  .transform((list): FenceMethod[] => list);
