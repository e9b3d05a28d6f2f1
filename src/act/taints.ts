import { answered } from '../kube/api.ts';
import { objectPath, resources } from '../kube/paths.ts';
import { rfc3339 } from '../kube/timestamps.ts';
import type { NodeRecord, Taint } from '../model/cluster.ts';
import { fencingTaint, type NodeFence, outOfServiceTaint, outOfServiceValue } from '../model/nodefence.ts';
import { lookAgain, type Needs, readNode } from './look.ts';
import type { Parts } from './parts.ts';

const tries = 5;

export type Changed = { readonly kind: 'changed' } | { readonly kind: 'already' } | { readonly kind: 'refused'; readonly because: string };

/** Puts our isolation taint on with this effect. */
export function isolate(parts: Parts, fence: NodeFence, effect: 'NoSchedule' | 'NoExecute', needs: Needs): Promise<Changed> {
  const value = fence.metadata.name.slice(-63).replace(/^[^a-z0-9]+/u, '');
  return change(() => lookAgain(parts, fence, needs), parts, (taints) => {
    const ours = taints.filter(({ key }) => key === fencingTaint);
    if (ours.length === 1 && ours[0]?.effect === effect) return undefined;
    const taint: Taint = { key: fencingTaint, value, effect, ...(effect === 'NoExecute' ? { timeAdded: rfc3339(parts.clock.now().wall) } : {}) };
    return [...taints.filter(({ key }) => key !== fencingTaint), taint];
  });
}

/**
 * Puts the out-of-service taint on, with effect NoSchedule: pod GC and attach-detach look only at the key, and on a node
 * that turns out to be alive a NoSchedule taint ends nothing (tried: with NoExecute its pods were gone in 8 s).
 */
export function putOutOfService(parts: Parts, fence: NodeFence): Promise<Changed> {
  return change(() => lookAgain(parts, fence, 'offProved'), parts, (taints) => {
    // A taint of somebody else is neither overwritten nor doubled.
    if (taints.some(({ key }) => key === outOfServiceTaint)) return undefined;
    return [...taints, { key: outOfServiceTaint, value: outOfServiceValue, effect: 'NoSchedule' }];
  });
}

const isOurOutOfService = ({ key, value }: Taint): boolean => key === outOfServiceTaint && value === outOfServiceValue;

/** Takes taints of ours off. The only effect that needs no leadership, since it can only make things safer. */
export function lift(parts: Pick<Parts, 'api'>, node: { name: string; uid: string }, which: 'outOfService' | 'all'): Promise<Changed> {
  const look = async (): Promise<NodeRecord | string> => {
    const live = await readNode(parts, node.name);
    if (live === undefined) return 'the Node object is gone';
    return live.uid === node.uid ? live : 'the Node object was replaced';
  };
  return change(look, parts, (taints) => {
    const others = taints.filter((taint) => !isOurOutOfService(taint) && (which === 'outOfService' || taint.key !== fencingTaint));
    return others.length === taints.length ? undefined : others;
  });
}

/**
 * One change of the taint list. The list is atomic in every patch type, so the patch carries the resourceVersion of the
 * look: losers of a race look again, and other people's taints survive.
 */
async function change(look: () => Promise<NodeRecord | string>, parts: Pick<Parts, 'api'> & Partial<Parts>, next: (taints: readonly Taint[]) => readonly Taint[] | undefined): Promise<Changed> {
  for (let attempt = 1; ; attempt += 1) {
    const node = await look();
    if (typeof node === 'string') return { kind: 'refused', because: node };
    const taints = next(node.taints);
    if (taints === undefined) return { kind: 'already' };
    parts.leadership?.assertLeader();
    try {
      await parts.api.call({
        verb: 'PATCH',
        path: objectPath(resources.nodes, { name: node.name }),
        patch: 'application/merge-patch+json',
        body: { metadata: { uid: node.uid, resourceVersion: node.resourceVersion }, spec: { taints } },
      });
      return { kind: 'changed' };
    } catch (error) {
      if (!answered(error, 409) || attempt === tries) throw error;
    }
  }
}
