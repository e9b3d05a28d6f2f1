import type { NodeRecord } from '../../model/cluster.ts';
import type { FenceMethod, FencingSettings, Labels } from '../../model/configuration.ts';
import { fenceScriptLabel, type PlannedCommand } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';

export type Planned =
  | { readonly kind: 'planned'; readonly methods: readonly FenceMethod[]; readonly plan: readonly PlannedCommand[] }
  | { readonly kind: 'impossible'; readonly why: string };

/**
 * What to send to this node, level by level. A reboot whose kubelet stays away goes on to `off`, where the script can.
 * The node's label may choose among the configured methods, but never one of weaker evidence: a kubelet writes labels. A
 * person may name any one of them (`only`).
 */
export function planFor(node: NodeRecord, fencing: FencingSettings, snapshot: Snapshot, only?: string): Planned {
  const chosen = only === undefined ? chooseMethods(node.labels, fencing.methods) : onlyMethod(only, fencing.methods);
  if (chosen.kind === 'refused') return { kind: 'impossible', why: chosen.why };
  const holdsVolumes = hasAny(snapshot.attachmentsOn(node.name));
  const plan: PlannedCommand[] = [];
  const problems: string[] = [];
  for (const method of chosen.methods) {
    const ability = snapshot.script(method.script);
    if (ability.kind === 'unusable') problems.push(ability.problem);
    else plan.push(...commandsOf(method, ability.actions, holdsVolumes));
  }
  if (plan.length === 0) return { kind: 'impossible', why: problems.join('; ') || 'no method can do what its action asks for' };
  return { kind: 'planned', methods: chosen.methods, plan };
}

function commandsOf(method: FenceMethod, actions: readonly string[], holdsVolumes: boolean): PlannedCommand[] {
  // Without `status` nothing can prove an `off`: the script is good for reboots only.
  const verifies = actions.includes('status');
  const canOff = actions.includes('off') && verifies;
  const canReboot = actions.includes('reboot');
  const off: PlannedCommand = { method: method.name, action: 'off', verifies };
  const reboot: PlannedCommand = { method: method.name, action: 'reboot', verifies };
  const wantsOff = method.action === 'off' || (method.action === 'auto' && holdsVolumes);
  if (wantsOff && canOff) return [off];
  if (method.action === 'off' || !canReboot) return canOff && method.action === 'auto' ? [off] : [];
  return canOff ? [reboot, off] : [reboot];
}

type Chosen = { readonly kind: 'methods'; readonly methods: readonly FenceMethod[] } | { readonly kind: 'refused'; readonly why: string };

function chooseMethods(labels: Labels, methods: readonly FenceMethod[]): Chosen {
  const wanted = Object.hasOwn(labels, fenceScriptLabel) ? labels[fenceScriptLabel] : undefined;
  const first = methods[0];
  if (wanted === undefined || first === undefined) return { kind: 'methods', methods };
  const chosen = methods.find((method) => method.name === wanted || method.script === wanted);
  if (chosen === undefined) {
    return { kind: 'refused', why: `its label ${fenceScriptLabel} names ${JSON.stringify(wanted)}, which is none of the methods ${methods.map(({ name }) => name).join(', ')}` };
  }
  if (strength(chosen) < strength(first)) {
    return { kind: 'refused', why: `its label ${fenceScriptLabel} names ${chosen.name}, whose evidence is weaker than that of ${first.name}` };
  }
  return { kind: 'methods', methods: [chosen, ...methods.filter((method) => method !== chosen)] };
}

function onlyMethod(name: string, methods: readonly FenceMethod[]): Chosen {
  const only = methods.filter((method) => method.name === name);
  return only.length > 0 ? { kind: 'methods', methods: only } : { kind: 'refused', why: `the request names the method ${JSON.stringify(name)}, which is none of ${methods.map((method) => method.name).join(', ')}` };
}

/** `off` proves more than `auto`, `auto` more than `reboot`; who accepts a mere claim is the weakest of all. */
function strength(method: FenceMethod): number {
  if (method.acceptClaimed !== undefined) return 0;
  return { reboot: 1, auto: 2, off: 3 }[method.action];
}

function hasAny(items: Iterable<unknown>): boolean {
  for (const _ of items) return true;
  return false;
}

export type Target = { readonly kind: 'machine'; readonly id: string } | { readonly kind: 'ambiguous'; readonly why: string };

/** The machine that loses power: named by the administrator's inventory, or the node's own name when nothing else claims it. */
export function machineOf(node: string, inventory: Readonly<Record<string, string>>, nodes: ReadonlyMap<string, unknown>): Target {
  const id = Object.hasOwn(inventory, node) ? (inventory[node] ?? node) : node;
  const others = Object.keys(inventory).filter((other) => other !== node && inventory[other] === id);
  if (others.length > 0) return { kind: 'ambiguous', why: `fencing.inventory gives the machine ${id} to ${others.join(', ')} as well` };
  if (id !== node && nodes.has(id) && !Object.hasOwn(inventory, id)) return { kind: 'ambiguous', why: `fencing.inventory gives it the machine ${id}, which is the name of another node that is not listed there` };
  return { kind: 'machine', id };
}
