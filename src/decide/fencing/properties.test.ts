import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeRecord } from '../../model/cluster.ts';
import type { Decision } from '../../model/decision.ts';
import type { NodeFence } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { aConfiguration, now, outOfService, rfc3339Ago } from '../../../test/builders/fencing.ts';
import { aRandomSnapshot } from '../../../test/builders/random-fencing.ts';
import { decideFences, nodeOf } from './decide.ts';

const enforcing = aConfiguration({ guards: { maxConcurrent: 2, maxUnhealthy: { kind: 'count', nodes: 3 } } });
const runs = { numRuns: 1_000 };

type Kind = Decision['kind'] | 'NoExecute';
const dangerous: readonly Kind[] = ['command', 'outOfService', 'forceDelete', 'NoExecute', 'deleteNode'];
const kindOf = (decision: Decision): Kind => (decision.kind === 'taint' && decision.effect === 'NoExecute' ? 'NoExecute' : decision.kind);

/** Every dangerous decision of many random clusters, with what it is about. */
function eachDangerous(check: (about: { decision: Decision; kind: Kind; fence: NodeFence; node: NodeRecord; snapshot: Snapshot }) => void): void {
  let met = 0;
  fc.assert(
    fc.property(aRandomSnapshot, (snapshot) => {
      for (const decision of decideFences(snapshot, enforcing, now)) {
        const kind = kindOf(decision);
        if (!dangerous.includes(kind) || !('fence' in decision) || decision.fence === undefined) continue;
        const node = snapshot.nodes.get(nodeOf(decision));
        if (node === undefined) throw new Error(`${kind} for a node that is not there`);
        met += 1;
        check({ decision, kind, fence: decision.fence, node, snapshot });
      }
    }),
    runs,
  );
  // A property that meets nothing proves nothing.
  expect(met).toBeGreaterThan(100);
}

describe('whatever the cluster looks like, nothing that cannot be taken back is decided', () => {
  test('for a node that is Ready', () => eachDangerous(({ node }) => expect(node.ready).not.toBe('True')));

  test('for another boot or another Node object than that of the record', () => {
    eachDangerous(({ node, fence }) => expect([node.bootID, node.uid]).toEqual([fence.spec.bootID, fence.spec.nodeUID]));
  });

  test('for a node whose Lease moved', () => {
    eachDangerous(({ node, fence, snapshot }) => expect(snapshot.heartbeat(node.name)?.renewTime ?? '').toBe(fence.status?.identity.leaseRenewTime));
  });

  test('as a release without stored evidence', () => {
    const permits: Partial<Record<Kind, readonly string[]>> = { outOfService: ['off'], forceDelete: ['off', 'claimed'], NoExecute: ['off', 'claimed'], deleteNode: ['off'], command: ['none', 'claimed', 'rebooted', 'off'] };
    eachDangerous(({ kind, fence }) => expect(permits[kind]).toContain(fence.status?.evidence.class));
  });

  test('on a reading that is old, or not off, unless a person says so', () => {
    eachDangerous(({ kind, fence, snapshot }) => {
      if (kind === 'command' || fence.status?.evidence.class === 'claimed' || fence.spec.confirmedOff?.expires === rfc3339Ago(-60)) return;
      const last = snapshot.powerReadings(fence.metadata.name).at(-1);
      expect(last?.power).toBe('off');
      expect(now.tick - (last?.tick ?? 0)).toBeLessThanOrEqual(15_000);
    });
  });

  test('for a node that is held or not selected: no command', () => {
    eachDangerous(({ kind, node }) => expect(kind === 'command' && (node.labels['fencing'] !== 'enabled' || 'evenkeel.dev/hold' in node.labels)).toBe(false));
  });

  test('to a Node object to which a volume is attached', () => {
    eachDangerous(({ kind, node, snapshot }) => expect(kind === 'deleteNode' && [...snapshot.attachmentsOn(node.name)].length > 0).toBe(false));
  });

  test('a second time under one attempt: no command', () => {
    eachDangerous(({ kind, fence }) => expect(kind === 'command' && fence.status?.phase !== 'Isolating').toBe(false));
  });

  test('to a pod that was not told to end, a mirror pod, one with a finalizer or one of another node', () => {
    eachDangerous(({ decision, node }) => {
      const pods = decision.kind === 'forceDelete' ? decision.pods : [];
      expect(pods.filter((pod) => pod.deletionTimestamp === undefined || pod.finalizers.length > 0 || 'kubernetes.io/config.mirror' in pod.annotations || pod.node !== node.name)).toEqual([]);
    });
  });
});

test('mode observe decides nothing that touches a node, but for taking back', () => {
  const observing = aConfiguration({ mode: 'observe', guards: { maxConcurrent: 2, maxUnhealthy: { kind: 'count', nodes: 3 } } });
  fc.assert(
    fc.property(aRandomSnapshot, (snapshot) => {
      const kinds = decideFences(snapshot, observing, now).map(({ kind }) => kind);
      expect(kinds.filter((kind) => !['wait', 'open', 'advance', 'forget', 'withdraw', 'liftOutOfService', 'untaint'].includes(kind))).toEqual([]);
    }),
    runs,
  );
});

test('each node gets at most one step, and the same one when asked twice', () => {
  fc.assert(
    fc.property(aRandomSnapshot, (snapshot) => {
      const decisions = decideFences(snapshot, enforcing, now);
      expect(new Set(decisions.map(nodeOf)).size).toBe(decisions.length);
      expect(decideFences(snapshot, enforcing, now)).toEqual(decisions);
    }),
    runs,
  );
});

test('our out-of-service taint on a Ready node is always the first thing to go', () => {
  fc.assert(
    fc.property(aRandomSnapshot, (snapshot) => {
      const wrong = [...snapshot.nodes.values()].filter(({ ready, taints }) => ready === 'True' && taints.includes(outOfService)).map(({ name }) => name);
      const lifted = decideFences(snapshot, enforcing, now).filter(({ kind }) => kind === 'liftOutOfService').map(nodeOf);
      expect(lifted).toEqual(expect.arrayContaining(wrong));
    }),
    runs,
  );
});
