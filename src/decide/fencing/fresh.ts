import type { NodeRecord } from '../../model/cluster.ts';
import { confirmationHolds } from '../../model/confirmation.ts';
import type { NodeFence, NodeFenceStatus } from '../../model/nodefence.ts';
import type { PowerReading, Snapshot } from '../../model/snapshot.ts';
import { type Duration, elapsed, type Now, seconds } from '../../model/time.ts';

/** An `off` reading older than this permits nothing that cannot be taken back (design, *Rules that never bend*). */
export const proofLifetime: Duration = seconds(15);

/** How long a fence waits between two readings of the power once it relies on them. */
export const readingInterval: Duration = seconds(5);

/** A record that the controller has taken up, with its node as it is now. */
export interface Case {
  readonly fence: NodeFence;
  readonly status: NodeFenceStatus;
  readonly node: NodeRecord | undefined;
  readonly snapshot: Snapshot;
  readonly now: Now;
}

/** Why the node seems to be alive although it was taken for dead; `undefined` while it is silent. */
export function signOfLife({ fence, status, node, snapshot }: Case): string | undefined {
  if (node === undefined) return undefined;
  if (node.ready === 'True') return 'the node is Ready';
  if (node.bootID !== fence.spec.bootID) return 'the node has booted anew';
  const heartbeat = snapshot.heartbeat(node.name);
  if (heartbeat !== undefined && (heartbeat.renewTime ?? '') !== status.identity.leaseRenewTime) return 'the Lease of the node moved';
  return undefined;
}

/** The same machine by everything that the record remembers of it. */
export const sameMachine = (node: NodeRecord, { identity }: NodeFenceStatus): boolean =>
  node.systemUUID === identity.systemUUID && node.machineID === identity.machineID && (node.systemUUID !== '' || node.machineID !== '');

/** A person's word that the machine is off, while it holds: until it expires, or the machine says that it is on. */
export function confirmedByPerson({ fence, snapshot, now }: Case): string | undefined {
  const { confirmedOff } = fence.spec;
  return confirmationHolds(confirmedOff, snapshot.powerReadings(fence.metadata.name), now.wall) ? confirmedOff?.by : undefined;
}

export type Proof = 'fresh' | 'stale' | 'contradicted';

/** Whether the proof that this fence rests on still holds at this moment. */
export function offProof(at: Case): Proof {
  if (signOfLife(at) !== undefined) return 'contradicted';
  if (at.status.evidence.class === 'claimed') return 'fresh';
  if (at.status.evidence.class !== 'off') return 'stale';
  if (confirmedByPerson(at) !== undefined) return 'fresh';
  const last = lastReading(at);
  if (last?.power === 'on') return 'contradicted';
  if (last === undefined || elapsed(last.tick, at.now.tick) > proofLifetime) return 'stale';
  return last.power === 'off' ? 'fresh' : 'contradicted';
}

export const lastReading = ({ fence, snapshot }: Case): PowerReading | undefined => snapshot.powerReadings(fence.metadata.name).at(-1);

/** True when it is time to ask for the power again and nobody is asking. */
export function readingDue(at: Case, interval: Duration): boolean {
  if (at.snapshot.scriptRunning(at.fence.metadata.name)) return false;
  const last = lastReading(at);
  return last === undefined || elapsed(last.tick, at.now.tick) >= interval;
}
