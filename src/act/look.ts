import { answered } from '../kube/api.ts';
import { objectPath, resources } from '../kube/paths.ts';
import { parseLease } from '../kube/records/lease.ts';
import { parseNode } from '../kube/records/node.ts';
import type { LeaseRecord, NodeRecord } from '../model/cluster.ts';
import { confirmationHolds } from '../model/confirmation.ts';
import { type NodeFence, nodeUIDOf } from '../model/nodefence.ts';
import { elapsed, seconds } from '../model/time.ts';
import type { Parts } from './parts.ts';

/** What must still be true at the last look before an effect. */
export type Needs = 'silence' | 'off' | 'offProved' | 'nothing';

const proofLifetime = seconds(15);

/**
 * Looks at the node once more, live: reads without a resourceVersion ask etcd itself, while watches and cached reads go on
 * serving old objects when etcd is cut off (measured). Gives the reason not to act, or the node as it is.
 */
export async function lookAgain(parts: Parts, fence: NodeFence, needs: Needs): Promise<NodeRecord | string> {
  const node = await readNode(parts, fence.spec.nodeName);
  if (node === undefined) return 'the Node object is gone';
  if (node.uid !== nodeUIDOf(fence)) return 'the Node object was replaced';
  if (needs === 'nothing') return node;
  return alive(node, fence, await readLease(parts, node.name)) ?? (needs === 'silence' ? undefined : unproved(parts, fence, needs)) ?? node;
}

function alive(node: NodeRecord, fence: NodeFence, lease: LeaseRecord | undefined): string | undefined {
  if (node.bootID !== fence.spec.bootID) return 'the node has booted anew';
  if (node.ready === 'True') return 'the node is Ready';
  if ((lease?.renewTime ?? '') !== fence.status?.identity.leaseRenewTime) return 'the Lease of the node moved';
  return undefined;
}

/** Only a proof in the record, read again a moment ago, permits what cannot be taken back. */
function unproved(parts: Parts, fence: NodeFence, needs: 'off' | 'offProved'): string | undefined {
  const kind = fence.status?.evidence.class ?? 'none';
  if (kind === 'claimed' && needs === 'off') return undefined;
  return kind === 'off' ? notProvedNow(parts, fence) : `the record holds no proof that the machine is off (evidence: ${kind})`;
}

function notProvedNow({ clock, power }: Parts, fence: NodeFence): string | undefined {
  const { tick, wall } = clock.now();
  const readings = power.readings(fence.metadata.name);
  const last = readings.at(-1);
  // A person is asked because the device does not know, or says what is not so. An "on" that is read later ends their word.
  if (confirmationHolds(fence.spec.confirmedOff, readings, wall)) return undefined;
  if (last !== undefined && last.power !== 'off') return `the status of the machine is ${last.power}`;
  return last !== undefined && elapsed(last.tick, tick) <= proofLifetime ? undefined : 'the power of the machine was not read within 15 s';
}

export async function readNode(parts: Pick<Parts, 'api'>, name: string): Promise<NodeRecord | undefined> {
  try {
    return parseNode(await parts.api.call<unknown>({ verb: 'GET', path: objectPath(resources.nodes, { name }) }));
  } catch (error) {
    if (answered(error, 404)) return undefined;
    throw error;
  }
}

async function readLease(parts: Parts, name: string): Promise<LeaseRecord | undefined> {
  try {
    return parseLease(await parts.api.call<unknown>({ verb: 'GET', path: objectPath(resources.leases, { namespace: 'kube-node-lease', name }) }));
  } catch (error) {
    if (answered(error, 404)) return undefined;
    throw error;
  }
}
