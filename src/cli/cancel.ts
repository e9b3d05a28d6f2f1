import { Command } from 'commander';
import { afterCancelling } from '../decide/why/acts.ts';
import { openFence } from '../decide/why/fenced.ts';
import type { Api } from '../kube/api.ts';
import type { NodeFence } from '../model/nodefence.ts';
import type { Io } from './io.ts';
import { asPerson, exitCodes, fencesOf, inWords, kubeconfigOption, Refused, writeSpec } from './person.ts';

const help = `
Cancelling stops the fence wherever that is safe, and cannot be taken back. What was sent to a machine is not called back, and a
release that has begun is finished. The node is then left alone until it boots anew, or until somebody asks again with
evenkeel fence.

Example:
  evenkeel cancel worker-1
${exitCodes}`;

export function cancelCommand(io: Io): Command {
  return new Command('cancel')
    .summary('stop the fence of a node where that is safe')
    .description('Cancels the open fence of this node, and says what that means in the phase that it is in.')
    .argument('<node>', 'name of the node')
    .option(...kubeconfigOption)
    .addHelpText('after', help)
    .action((node: string, options: { readonly kubeconfig?: string }) => asPerson(io, options.kubeconfig, (api) => cancel(api, node, io)));
}

export async function cancel(api: Api, name: string, io: Io): Promise<void> {
  const look = async (): Promise<NodeFence> => {
    const open = openFence({ fences: await fencesOf(api, name, io.stop) });
    if (open === undefined) throw new Refused(`No fence of ${name} is open: there is nothing to cancel`);
    return open;
  };
  const before = await look();
  const already = before.spec.cancelled === true;
  const fence = already ? before : await writeSpec(api, look, { cancelled: true });
  io.out(`${inWords(fence)} is ${already ? 'cancelled already' : 'cancelled'}: ${afterCancelling(fence)}\n`);
}
