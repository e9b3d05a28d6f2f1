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

interface Seen {
  renewTime: string | undefined;
  leaseStillSince: Tick;
  ready: NodeRecord['ready'];
  unknownSince: Tick | undefined;
  notReadySince: Tick | undefined;
  readySince: Tick | undefined;
}

export function heartbeats(): Heartbeats {
  const seen = new Map<string, Seen>();
  let lastLeaseMove: Tick | undefined;

  function entry(name: string, at: Tick): Seen {
    const known = seen.get(name);
    if (known !== undefined) return known;
    const fresh: Seen = { renewTime: undefined, leaseStillSince: at, ready: undefined, unknownSince: undefined, notReadySince: undefined, readySince: undefined };
    seen.set(name, fresh);
    return fresh;
  }

  return {
    node(record, name, at) {
      if (record === undefined) return void seen.delete(name);
      const one = entry(name, at);
      if (record.ready === 'Unknown') one.unknownSince ??= at;
      else one.unknownSince = undefined;
      if (record.ready === 'True') {
        one.readySince ??= at;
        one.notReadySince = undefined;
      } else {
        one.notReadySince ??= at;
        one.readySince = undefined;
      }
      one.ready = record.ready;
    },
    lease(record, name, at) {
      const one = entry(name, at);
      // The first sight of a Lease is no movement: it may have stood still for days.
      const moved = one.renewTime !== undefined && one.renewTime !== record?.renewTime;
      if (moved) {
        one.leaseStillSince = at;
        lastLeaseMove = at;
      }
      one.renewTime = record?.renewTime;
    },
    of: (name) => seen.get(name),
    get lastLeaseMove() {
      return lastLeaseMove;
    },
  };
}
