import { objectPath, resources } from '../kube/paths.ts';
import type { NodeRecord, Taint } from '../model/cluster.ts';
import type { Labels } from '../model/configuration.ts';
import type { Decision, Outcome } from '../model/decision.ts';
import { fencingTaint, type NodeFenceStatus } from '../model/nodefence.ts';
import { readNode } from './look.ts';
import { done, type Parts, skipped } from './parts.ts';
import { recordOf, writeStatus } from './record.ts';

/** Gives the listed labels and taints back to the Node object that the same machine registered, all in one patch. */
export async function restoreNode(parts: Parts, { fence, nodeUID, advance }: Extract<Decision, { kind: 'restore' }>): Promise<Outcome> {
  const { status } = fence;
  const node = await readNode(parts, fence.spec.nodeName);
  if (node === undefined || node.uid !== nodeUID || status === undefined) return skipped('the Node object is gone, or was replaced again');
  if (node.systemUUID !== status.identity.systemUUID || node.machineID !== status.identity.machineID) return skipped('another machine answers under this name');
  const { labels, taints } = back(node, status.before);
  parts.leadership.assertLeader();
  await parts.api.call({
    verb: 'PATCH',
    path: objectPath(resources.nodes, { name: node.name }),
    patch: 'application/merge-patch+json',
    body: { metadata: { uid: node.uid, resourceVersion: node.resourceVersion, labels }, spec: { taints } },
  });
  return done(recordOf(await writeStatus(parts, fence, advance), advance));
}

/** What is there already is somebody's later word and stays; keys of Kubernetes, of cloud providers and our own never come back. */
function back(node: NodeRecord, before: NodeFenceStatus['before']): { labels: Labels; taints: readonly Taint[] } {
  const labels = Object.fromEntries(Object.entries(before.labels).filter(([key]) => restorable(key) && !Object.hasOwn(node.labels, key)));
  const returned = before.taints.filter(({ key }) => restorable(key) && !node.taints.some((taint) => taint.key === key));
  const others = node.taints.filter(({ key }) => key !== fencingTaint);
  return { labels, taints: [...others, ...returned, { key: fencingTaint, value: 'returned', effect: 'NoSchedule' }] };
}

const restorable = (key: string): boolean => !/^(?:node\.kubernetes\.io|kubernetes\.io|node\.cloudprovider\.kubernetes\.io|evenkeel\.dev)\//u.test(key);
