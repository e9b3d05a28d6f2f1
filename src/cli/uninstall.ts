import { Command } from 'commander';
import { lift } from '../act/taints.ts';
import { isOurs } from '../decide/fencing/releasing.ts';
import type { Api } from '../kube/api.ts';
import { holderOf, readLease } from '../kube/lease-object.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { listPages } from '../kube/reflector-list.ts';
import { parseNode } from '../kube/records/node.ts';
import type { NodeRecord } from '../model/cluster.ts';
import { fencingTaint, type NodeFence } from '../model/nodefence.ts';
import { elapsed, seconds } from '../model/time.ts';
import { readOpenFences } from '../observe/open-fences.ts';
import type { Io } from './io.ts';
import { namespaceOption } from './pausing.ts';
import { asPerson, exitCodes, inWords, kubeconfigOption, Refused } from './person.ts';

interface UninstallOptions {
  readonly cleanup?: boolean;
  readonly force?: boolean;
  readonly namespace: string;
  readonly kubeconfig?: string;
}

const help = `
Without --cleanup it only says what is left. With it, our out-of-service taints go first, from every node, then our isolation. It
refuses while a controller leads, which would put them on again: scale it down first. Needs the right to patch nodes.

Example:
  kubectl -n evenkeel-system scale deployment evenkeel --replicas=0
  evenkeel uninstall --cleanup
  kubectl delete -k manifests/base
${exitCodes}`;

export function uninstallCommand(io: Io): Command {
  return new Command('uninstall')
    .summary('take our taints off every node')
    .description('Says what evenkeel has left in the cluster, and takes it away: the step before its manifests are deleted.')
    .option('--cleanup', 'take our taints off')
    .option('--force', 'also while a controller leads')
    .option(...namespaceOption)
    .option(...kubeconfigOption)
    .addHelpText('after', help)
    .action((options: UninstallOptions) => asPerson(io, options.kubeconfig, (api) => uninstall(api, options, io)));
}

export async function uninstall(api: Api, { cleanup, force, namespace }: UninstallOptions, io: Io): Promise<void> {
  if (cleanup === true && force !== true) await refuseWhileLed(api, namespace, io);
  const nodes = await nodesOf(api, io.stop);
  const outOfService = nodes.filter(({ taints }) => taints.some(isOurs));
  const isolated = nodes.filter(({ taints }) => taints.some(({ key }) => key === fencingTaint));
  for (const node of outOfService) io.out(`${await takeOff(api, node, cleanup === true && 'outOfService')}  ${node.name}  node.kubernetes.io/out-of-service=evenkeel\n`);
  for (const node of isolated) io.out(`${await takeOff(api, node, cleanup === true && 'all')}  ${node.name}  ${fencingTaint}\n`);
  const open = await readOpenFences(api, io.stop);
  io.out(summary({ tainted: new Set([...outOfService, ...isolated]).size, cleanup: cleanup === true, open: open === 'notInstalled' ? [] : open }));
}

async function takeOff(api: Api, node: NodeRecord, which: 'outOfService' | 'all' | false): Promise<string> {
  if (which === false) return 'there  ';
  const changed = await lift({ api }, node, which);
  return changed.kind === 'refused' ? `gone (${changed.because})` : 'removed';
}

async function nodesOf(api: Api, signal: AbortSignal): Promise<NodeRecord[]> {
  const nodes: NodeRecord[] = [];
  await listPages(api, { path: collectionPath(resources.nodes), query: {} }, (page) => void nodes.push(...page.map((item) => parseNode(item))), signal);
  return nodes;
}

/** A Lease says only that somebody led when it was written: a leader is who renews it, by our own clock. */
async function refuseWhileLed(api: Api, namespace: string, io: Io): Promise<void> {
  const first = await readLease(api, { namespace, name: 'evenkeel' });
  if (holderOf(first) === '') return;
  const lasts = seconds(first?.spec?.leaseDurationSeconds ?? 15);
  io.error(`${holderOf(first)} holds the Lease evenkeel: looking whether it renews it …\n`);
  const began = io.clock.now().tick;
  while (elapsed(began, io.clock.now().tick) < lasts && !io.stop.aborted) {
    await io.clock.sleep(seconds(1), io.stop);
    const now = await readLease(api, { namespace, name: 'evenkeel' });
    if (holderOf(now) === '') return;
    if (now?.metadata.resourceVersion !== first?.metadata.resourceVersion) {
      throw new Refused(`${holderOf(now)} leads and would put taints on again. Stop it first: kubectl -n ${namespace} scale deployment evenkeel --replicas=0; or say --force`);
    }
  }
  if (io.stop.aborted) throw new Refused('Stopped before anything was changed');
}

function summary({ tainted, cleanup, open }: { tainted: number; cleanup: boolean; open: readonly NodeFence[] }): string {
  const taints = tainted === 0 ? 'No node carries a taint of ours.\n' : cleanup ? '' : 'evenkeel uninstall --cleanup takes these taints off.\n';
  if (open.length === 0) return `${taints}No fence is open. What is left: kubectl delete -k manifests/base, which deletes the records too.\n`;
  const lines = open.map((fence) => `  ${fence.spec.nodeName}  ${inWords(fence)}  ${byHand(fence)}\n`);
  return `${taints}These fences are open, and nobody will finish them. By hand:\n${lines.join('')}Then: kubectl delete -k manifests/base, which deletes the records too.\n`;
}

function byHand({ spec, status }: NodeFence): string {
  const sent = status?.command;
  const machine = sent === undefined ? '' : `; ${sent.action} was sent to ${spec.machineID}: look whether it is on`;
  const pods = status?.phase === 'Releasing' ? '; its pods may be stuck: delete them once the machine is surely off' : '';
  return `bring the node back, or delete it${machine}${pods}`;
}
