import type { LeaseRecord, NodeRecord } from '../model/cluster.ts';
import type { Heartbeat } from '../model/snapshot.ts';
import type { Tick } from '../model/time.ts';

/**
 * What this process saw of each node's life, on its own monotonic clock. Only changes count: the times written in Leases
 * and conditions come from other machines' clocks.
 */
export interface Heartbeats {
  node(record: NodeRecord | undefined, name: string, at: Tick): void;
  lease(record: LeaseRecord | undefined, name: string, at: Tick): void;
  of(name: string): Heartbeat | undefined;
  readonly lastLeaseMove: Tick | undefined;
}

interface NodeSeen {
  readonly uid: string;
  readonly firstSeen: Tick;
  unknownSince: Tick | undefined;
  notReadySince: Tick | undefined;
  readySince: Tick | undefined;
}

interface LeaseSeen {
  /** Absent once the Lease was deleted. */
  readonly renewTime: string | undefined;
  readonly stillSince: Tick;
}

export function heartbeats(): Heartbeats {
  const nodes = new Map<string, NodeSeen>();
  const leases = new Map<string, LeaseSeen>();
  let lastLeaseMove: Tick | undefined;

  return {
    node(record, name, at) {
      if (record === undefined) {
        nodes.delete(name);
        if (leases.get(name)?.renewTime === undefined) leases.delete(name);
        return;
      }
      const known = nodes.get(name);
      // A re-list tells of the new Node object only: what was seen of the old one is not its.
      const one = known?.uid === record.uid ? known : { uid: record.uid, firstSeen: at, unknownSince: undefined, notReadySince: undefined, readySince: undefined };
      nodes.set(name, one);
      noteReadiness(one, record.ready, at);
    },
    lease(record, name, at) {
      const known = leases.get(name);
      if (record === undefined && !nodes.has(name)) return void leases.delete(name);
      if (known !== undefined && known.renewTime === record?.renewTime) return;
      leases.set(name, { renewTime: record?.renewTime, stillSince: at });
      // The first sight of a Lease is no movement that proves anything: it may have stood still for days. Nor is its end.
      if (known !== undefined && record !== undefined) lastLeaseMove = at;
    },
    of: (name) => heartbeatOf(nodes.get(name), leases.get(name)),
    get lastLeaseMove() {
      return lastLeaseMove;
    },
  };
}

function noteReadiness(one: NodeSeen, ready: NodeRecord['ready'], at: Tick): void {
  one.unknownSince = ready === 'Unknown' ? (one.unknownSince ?? at) : undefined;
  one.notReadySince = ready === 'True' ? undefined : (one.notReadySince ?? at);
  one.readySince = ready === 'True' ? (one.readySince ?? at) : undefined;
}

function heartbeatOf(node: NodeSeen | undefined, lease: LeaseSeen | undefined): Heartbeat | undefined {
  if (node === undefined) return undefined;
  const { firstSeen, unknownSince, notReadySince, readySince } = node;
  const stillSince = lease === undefined || lease.stillSince < firstSeen ? firstSeen : lease.stillSince;
  return { renewTime: lease?.renewTime, leaseStillSince: stillSince, unknownSince, notReadySince, readySince };
}
