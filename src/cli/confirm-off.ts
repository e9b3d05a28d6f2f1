import { Command } from 'commander';
import { readNode } from '../act/look.ts';
import { parseBoundedDuration } from '../config/duration.ts';
import { afterConfirming } from '../decide/why/acts.ts';
import { openFence } from '../decide/why/fenced.ts';
import type { Api } from '../kube/api.ts';
import { rfc3339 } from '../kube/timestamps.ts';
import type { NodeFence } from '../model/nodefence.ts';
import { after, type Duration, formatDuration, hours, seconds } from '../model/time.ts';
import type { Io } from './io.ts';
import { asPerson, exitCodes, fail, fencesOf, inWords, kubeconfigOption, Refused, whoAmI, writeSpec } from './person.ts';

interface ConfirmOptions {
  readonly expires: string;
  readonly yes?: boolean;
  readonly kubeconfig?: string;
}

const help = `
Do this when evenkeel says NeedsHuman: its device cannot prove that the machine is off. Look yourself (power cut, cable out, a
colleague beside it) and then say so. If you are wrong, two machines may write to one disk.

Your word is bound to this Node object and this boot, carries your name, and counts until it expires. It stops counting at the
first sign of life: the node's Lease moves, it boots, or its device says on. evenkeel does not power the machine on afterwards.

Example:
  evenkeel why worker-1
  evenkeel confirm-off worker-1 --expires 10m
${exitCodes}`;

export function confirmOffCommand(io: Io): Command {
  return new Command('confirm-off')
    .summary('say that the machine of a node is off')
    .description('Gives your word, as evidence, that the machine of this node is off: its pods are force-deleted and its volumes move.')
    .argument('<node>', 'name of the node')
    .option('--expires <duration>', 'how long your word counts, at most 24h', '15m')
    .option('--yes', 'do not ask for the name of the node')
    .option(...kubeconfigOption)
    .addHelpText('after', help)
    .action((node: string, options: ConfirmOptions) => {
      const lasts = parseBoundedDuration(options.expires, seconds(1), hours(24));
      if ('problem' in lasts) return fail(io, `--expires ${lasts.problem}; ${lasts.cure}`, 2);
      return asPerson(io, options.kubeconfig, (api) => confirm({ api, io, name: node, lasts: lasts.value, yes: options.yes === true }));
    });
}

export interface Confirming {
  readonly api: Api;
  readonly io: Io;
  readonly name: string;
  readonly lasts: Duration;
  readonly yes: boolean;
}

export async function confirm(asked: Confirming): Promise<void> {
  const { api, io, name, lasts } = asked;
  const first = await confirmable(asked);
  if (!asked.yes) await askForName(io, first);
  const by = await whoAmI(api);
  const now = io.clock.now().wall;
  const confirmedOff = { by, at: rfc3339(now), expires: rfc3339(after(now, lasts)) };
  const written = await writeSpec(api, () => confirmable(asked), { confirmedOff });
  const comes = afterConfirming(written);
  io.out(`${by} has confirmed that the machine ${written.spec.machineID} of ${name} is off, for ${formatDuration(lasts)} (until ${confirmedOff.expires}).\nNext: ${'next' in comes ? comes.next : comes.refused}\n`);
}

/** The open fence that a person may confirm now. The node is read anew each time: it may have come back while we asked. */
async function confirmable({ api, io, name }: Confirming): Promise<NodeFence> {
  const fence = openFence({ fences: await fencesOf(api, name, io.stop) });
  if (fence === undefined) throw new Refused(`No fence of ${name} is open, so there is nothing to confirm. evenkeel why ${name} says why; evenkeel fence ${name} --reason TEXT asks for one`);
  const node = await readNode({ api }, name);
  if (node === undefined) throw new Refused(`There is no Node object ${name} any more: its fence ends by itself`);
  if (node.uid !== fence.spec.nodeUID) throw new Refused(`The Node object ${name} is another one than the fence ${inWords(fence)} is about`);
  if (node.ready === 'True') throw new Refused(`${name} is Ready: its machine is on. If you cut the wrong one, look again`);
  if (node.bootID !== fence.spec.bootID) throw new Refused(`${name} has booted since the fence ${inWords(fence)} was opened: its machine was on after that`);
  const comes = afterConfirming(fence);
  if ('refused' in comes) throw new Refused(`The fence ${inWords(fence)} cannot be confirmed: ${comes.refused}`);
  return fence;
}

async function askForName(io: Io, { spec, status }: NodeFence): Promise<void> {
  io.error(`${spec.nodeName}: ${status?.message ?? 'its fence is not taken up yet'}\nThe machine ${spec.machineID} must be off, and stay off. If it still runs, two machines will write to its disks.\n`);
  const typed = await io.ask(`Type the name of the node to confirm that its machine is off: `);
  if (typed === undefined) return fail(io, 'Nobody can be asked, since there is no terminal: --yes confirms without asking', 2);
  if (typed !== spec.nodeName) throw new Refused(`Not confirmed: ${JSON.stringify(typed)} is not ${spec.nodeName}`);
}
