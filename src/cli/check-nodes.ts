import { machineOf } from '../decide/fencing/plan.ts';
import type { Api } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { parseNode } from '../kube/records/node.ts';
import { listPages } from '../kube/reflector-list.ts';
import type { NodeRecord } from '../model/cluster.ts';
import type { FencingSettings } from '../model/configuration.ts';
import { selects } from '../model/labels.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** How the configuration meets the nodes that are there: which take part, and whether each is a machine of its own. */
export async function checkNodes(api: Api, fencing: FencingSettings, signal: AbortSignal): Promise<Finding[]> {
  const nodes: NodeRecord[] = [];
  try {
    await listPages(api, { path: collectionPath(resources.nodes), query: {} }, (page) => void nodes.push(...page.map((each) => parseNode(each))), signal);
  } catch (error) {
    return [problem('nodes', `the nodes cannot be listed: ${error instanceof Error ? error.message : String(error)}; try again, and look at the API server's log`)];
  }
  return compareNodes(nodes, fencing);
}

function compareNodes(nodes: readonly NodeRecord[], fencing: FencingSettings): Finding[] {
  const selected = nodes.filter(({ labels }) => selects(fencing.nodeSelector, labels));
  return [taking(nodes.length, selected.length), ...ambiguous(nodes, selected, fencing), ...strangers(nodes, fencing), ...controlPlane(selected, fencing)];
}

function taking(all: number, selected: number): Finding {
  if (selected === 0) return note('nodes', `none of ${all} nodes is selected by fencing.nodeSelector: nothing will be fenced; kubectl label node NAME fencing=enabled`);
  return ok('nodes', `${selected} of ${all} nodes ${selected === 1 ? 'is' : 'are'} selected by fencing.nodeSelector`);
}

function ambiguous(nodes: readonly NodeRecord[], selected: readonly NodeRecord[], { inventory }: FencingSettings): Finding[] {
  const known = new Map(nodes.map((node) => [node.name, node]));
  return selected.flatMap(({ name }) => {
    const target = machineOf(name, inventory, known);
    return target.kind === 'machine' ? [] : [problem('nodes', `${name} will never be fenced: ${target.why}; list both nodes in fencing.inventory, each with a machine of its own`)];
  });
}

function strangers(nodes: readonly NodeRecord[], { inventory }: FencingSettings): Finding[] {
  const known = new Set(nodes.map(({ name }) => name));
  return Object.keys(inventory)
    .filter((name) => !known.has(name))
    .map((name) => note('nodes', `fencing.inventory names ${name}, which is no node of this cluster: is it spelt right?`));
}

function controlPlane(selected: readonly NodeRecord[], { guards }: FencingSettings): Finding[] {
  const count = selected.filter(({ labels }) => Object.hasOwn(labels, 'node-role.kubernetes.io/control-plane')).length;
  if (count === 0) return [];
  return [note('nodes', `${count} control-plane ${count === 1 ? 'node is' : 'nodes are'} selected; fencing.guards.controlPlane is ${guards.controlPlane}`)];
}
