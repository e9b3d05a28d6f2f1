import type { NodeRecord, PodRecord } from '../model/cluster.ts';
import type { NodeFence } from '../model/nodefence.ts';
import { type Clock, type Duration, seconds } from '../model/time.ts';

/** The pod that this process runs in, when it is told. */
export interface OwnPod {
  readonly namespace: string;
  readonly name: string;
}

export interface Surroundings {
  readonly nodes: ReadonlyMap<string, NodeRecord>;
  readonly pods: ReadonlyMap<string, PodRecord>;
  readonly fences: ReadonlyMap<string, NodeFence>;
}

export interface HandOverParts {
  readonly clock: Clock;
  readonly node: string | undefined;
  readonly pod: OwnPod | undefined;
  /** Of this moment. */
  seen(): Surroundings;
  leading(): boolean;
  /** A script of ours runs: it is let end first. */
  busy(): boolean;
}

const lookEvery: Duration = seconds(1);

/**
 * Resolves when this leader had better leave: its own node is the one to be fenced, and another replica stands by on a node
 * that is well. Nobody fences the node under its own feet. `undefined` when `signal` aborts first.
 */
export async function timeToHandOver({ clock, node, pod, seen, leading, busy }: HandOverParts, signal: AbortSignal): Promise<{ readonly to: string; readonly fence: string } | undefined> {
  while (!signal.aborted) {
    await clock.sleep(lookEvery, signal);
    if (signal.aborted || !leading() || busy()) continue;
    const there = seen();
    const fence = heldForUs(there, node);
    const other = fence === undefined ? undefined : standby(there, pod);
    if (fence !== undefined && other !== undefined) return { to: `${other.namespace}/${other.name}`, fence: fence.metadata.name };
  }
  return undefined;
}

/** The fence that waits for nothing but that we go: every sign of death is there, and the guard OwnNode holds it. */
function heldForUs({ fences }: Surroundings, node: string | undefined): NodeFence | undefined {
  if (node === undefined) return undefined;
  return [...fences.values()].find(({ spec, status }) => spec.nodeName === node && status?.phase === 'Held' && status.reason === 'OwnNode');
}

/** A Ready pod of the same owner on another node that is Ready. */
export function standby({ nodes, pods }: Surroundings, own: OwnPod | undefined): PodRecord | undefined {
  const mine = own === undefined ? undefined : pods.get(`${own.namespace}/${own.name}`);
  const owner = ownerOf(mine);
  if (mine === undefined || owner === undefined) return undefined;
  const isSibling = (pod: PodRecord): boolean => pod.namespace === mine.namespace && pod.node !== mine.node && ownerOf(pod) === owner;
  const isWell = ({ ready, deletionTimestamp, node }: PodRecord): boolean => ready && deletionTimestamp === undefined && nodes.get(node)?.ready === 'True';
  return [...pods.values()].find((pod) => isSibling(pod) && isWell(pod));
}

const ownerOf = (pod: PodRecord | undefined): string | undefined => pod?.owners.find(({ controller }) => controller)?.uid;
