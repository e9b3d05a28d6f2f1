import { Command } from 'commander';
import { readNode } from '../act/look.ts';
import { fenceName } from '../act/open.ts';
import { openFence } from '../decide/why/fenced.ts';
import { type Api, answered } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import type { NodeRecord } from '../model/cluster.ts';
import type { NodeFence, NodeFenceSpec } from '../model/nodefence.ts';
import type { Io } from './io.ts';
import { asPerson, exitCodes, fail, fencesOf, inWords, kubeconfigOption, Refused, whoAmI } from './person.ts';
import { needs } from './wrong-options.ts';

export interface FenceOptions {
  readonly reason: string;
  readonly method?: string;
  readonly machine?: string;
  readonly kubeconfig?: string;
}

const help = `
A request opts the node in by itself: it needs no label. It skips no guard that protects data: the node has to be silent for the
configured threshold, its Lease still, and nothing is released without proof that the machine is off. A node that is Ready is
refused. The controller compares --machine with fencing.inventory and ends the request when they differ.

Example:
  evenkeel fence worker-1 --reason "smoke in rack 7, ticket 4711"
  evenkeel why worker-1

With kubectl: see docs/operating.md.
${exitCodes}`;

export function fenceCommand(io: Io): Command {
  return new Command('fence')
    .summary('ask for a node to be fenced')
    .description('Asks the controller to take a dead node out of service: creates a NodeFence in your name. Whoever may do this holds the power switch.')
    .argument('<node>', 'name of the node')
    .option('--reason <text>', 'why, for people: it stands in the record and in every Event')
    .hook('preAction', needs('--reason <text>'))
    .option('--method <name>', 'use this one configured method; default: all of them in order')
    .option('--machine <id>', "the machine as fencing.inventory names it; default: the node's name")
    .option(...kubeconfigOption)
    .addHelpText('after', help)
    .action((node: string, options: FenceOptions) => {
      if (options.reason.trim() === '') fail(io, '--reason is empty: write why, for whoever reads the record at night', 2);
      return asPerson(io, options.kubeconfig, (api) => fence(api, node, options, io));
    });
}

export async function fence(api: Api, name: string, options: FenceOptions, io: Io): Promise<void> {
  const node = await readNode({ api }, name);
  if (node === undefined) throw new Refused(`There is no node ${name}: kubectl get nodes shows the names`);
  if (node.ready === 'True') throw new Refused(`${name} is Ready: a machine that works is not fenced. Drain it and stop its kubelet, if it has to go`);
  const fences = await fencesOf(api, name, io.stop);
  const open = openFence({ fences });
  if (open !== undefined) throw new Refused(`${name} has an open fence already: ${inWords(open)}. evenkeel why ${name} says what it waits for`);
  const record = await create(api, specOf(node, fences, { ...options, requestedBy: await whoAmI(api) }));
  io.out(`${record} is recorded. The controller takes it up within seconds, once it leads and sees that ${name} is silent.\nWhat happens: evenkeel why ${name}\nStop it:      evenkeel cancel ${name}\n`);
}

async function create(api: Api, spec: NodeFenceSpec): Promise<string> {
  const name = fenceName(spec);
  try {
    await api.call({ verb: 'POST', path: collectionPath(resources.nodefences), body: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name }, spec } });
    return name;
  } catch (error) {
    if (answered(error, 409)) throw new Refused(`The controller, or somebody else, has just opened this very attempt: ${name}. evenkeel why ${spec.nodeName} says what it waits for`);
    throw error;
  }
}

function specOf(node: NodeRecord, fences: readonly NodeFence[], { reason, method, machine, requestedBy }: FenceOptions & { requestedBy: string }): NodeFenceSpec {
  const mine = fences.filter(({ spec }) => spec.nodeUID === node.uid && spec.bootID === node.bootID);
  return {
    nodeName: node.name,
    nodeUID: node.uid,
    bootID: node.bootID,
    machineID: machine ?? node.name,
    attempt: mine.reduce((most, { spec }) => Math.max(most, spec.attempt), 0) + 1,
    reason,
    requestedBy,
    ...(method === undefined ? {} : { method }),
  };
}
