import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeRecord } from '../../model/cluster.ts';
import type { Decision } from '../../model/decision.ts';
import { closedPhases, type NodeFence, openPhases } from '../../model/nodefence.ts';
import type { Heartbeat, PowerReading, Snapshot } from '../../model/snapshot.ts';
import { instant, seconds } from '../../model/time.ts';
import {
  aCommand, aConfiguration, aDeadNode, aFence, anAttachment, aReading, aSilence, aSnapshot, aStatus, evicting, isolated, now, outOfService, rfc3339Ago, secondsAgo, selectorOf,
} from '../../../test/builders/fencing.ts';
import { aPod } from '../../../test/builders/pod.ts';
import { decideFences, nodeOf } from './decide.ts';

const ago = fc.constantFrom(0, 1, 5, 14, 15, 16, 59, 60, 61, 300);
/** Usually the first, so that most clusters get far enough for something dangerous to be decided. */
const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> => fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const aRandomNode = (name: string): fc.Arbitrary<NodeRecord> =>
  fc
    .record({
      ready: mostly<NodeRecord['ready']>('Unknown', 'True', 'False', undefined),
      bootID: mostly(`boot-${name}`, 'boot-2', ''),
      uid: mostly(`uid-${name}`, 'uid-2'),
      systemUUID: mostly(`system-${name}`, 'system-x'),
      taints: fc.oneof(fc.constantFrom([isolated], [evicting]), fc.subarray([isolated, evicting, outOfService, { ...outOfService, value: 'other' }])),
      labels: mostly<Record<string, string>>({ fencing: 'enabled' }, { fencing: 'enabled', 'evenkeel.dev/hold': '' }, {}),
    })
    .map((given) => aDeadNode({ name, ...given }));

const aRandomHeartbeat: fc.Arbitrary<Heartbeat> = fc
  .record({ renewTime: mostly<string | undefined>('lease-1', 'lease-2', undefined), still: mostly(300, 60, 59, 1), unknown: mostly<number | undefined>(300, 60, 59, undefined), notReady: maybe(ago), ready: maybe(ago) })
  .map(({ renewTime, still, unknown, notReady, ready }) =>
    aSilence({
      renewTime,
      leaseStillSince: secondsAgo(still),
      unknownSince: unknown === undefined ? undefined : secondsAgo(unknown),
      notReadySince: notReady === undefined ? undefined : secondsAgo(notReady),
      readySince: ready === undefined ? undefined : secondsAgo(ready),
    }),
  );

const aRandomCommand = fc
  .record({ action: fc.constantFrom('reboot', 'off'), outcome: fc.constantFrom('intended', 'claimed', 'failed', 'timedOut', 'unknown'), limit: fc.constantFrom(1_000, 180_000) } as const)
  .map((given) => aCommand(given));

const aRandomStatus = fc
  .record({
    phase: fc.constantFrom(...openPhases, ...closedPhases, 'Isolating', 'Fenced', 'Releasing', 'Releasing'),
    evidence: mostly<'off' | 'none' | 'claimed' | 'rebooted'>('off', 'none', 'claimed', 'rebooted'),
    level: mostly(1, 0, 2),
    command: maybe(aRandomCommand),
    powerOn: maybe(fc.constantFrom(aCommand({ action: 'on', tries: 1 }), aCommand({ action: 'on', tries: 3, limit: 1_000 }))),
    reason: fc.constantFrom('X', 'NotProved', 'Cancelled', 'Superseded'),
    acceptClaimed: fc.boolean(),
    verifies: mostly(true, false),
    deleteNode: fc.boolean(),
  } as const)
  .map(({ evidence, command, powerOn, acceptClaimed, verifies, deleteNode, ...given }) => {
    const status = aStatus(given.phase, { ...given, evidence: { class: evidence, items: [] }, ...(command === undefined ? {} : { command }), ...(powerOn === undefined ? {} : { powerOn }) });
    const [method] = status.policy.methods;
    const methods = method === undefined ? [] : [{ ...method, acceptClaimed: acceptClaimed ? selectorOf('') : undefined }];
    const plan = [{ method: 'openstack', action: 'reboot' as const, verifies }, { method: 'openstack', action: 'off' as const, verifies }];
    return { ...status, policy: { ...status.policy, methods, plan, release: { ...status.policy.release, deleteNodeAfter: deleteNode ? seconds(10) : ('never' as const) } } };
  });

const aRandomFence = (node: string): fc.Arbitrary<NodeFence> =>
  fc
    .record({ status: fc.option(aRandomStatus, { nil: undefined, freq: 12 }), attempt: mostly(1, 2, 3), cancelled: fc.boolean(), confirmed: maybe(fc.constantFrom(-60, 1)), createdAgo: ago })
    .map(({ status, attempt, cancelled, confirmed, createdAgo }) =>
      aFence(status === undefined ? undefined : { ...status, identity: { systemUUID: `system-${node}`, machineID: `machine-${node}`, leaseRenewTime: 'lease-1' } }, {
        createdAgo,
        spec: {
          nodeName: node,
          attempt,
          ...(cancelled && attempt === 3 ? { cancelled } : {}),
          ...(confirmed === undefined ? {} : { confirmedOff: { by: 'ann', at: rfc3339Ago(100), expires: rfc3339Ago(confirmed) } }),
        },
      }),
    );

const someReadings: fc.Arbitrary<PowerReading[]> = fc
  .array(fc.tuple(mostly<PowerReading['power']>('off', 'on', 'unknown'), fc.constantFrom(0, 1, 2, 3, 4, 14, 15, 16)), { minLength: 1, maxLength: 4 })
  .map((list) => list.toSorted(([, one], [, other]) => other - one).map(([power, when]) => aReading(power, when)));

const names = ['n1', 'n2', 'n3'];

const somePods = fc
  .array(fc.record({ ending: fc.boolean(), mirror: mostly(false, true), finalizer: mostly(false, true), node: fc.constantFrom(...names) }), { maxLength: 4 })
  .map((pods) =>
    pods.map(({ ending, mirror, finalizer, node }, at) =>
      aPod({ name: `p${at}`, node, deletionTimestamp: ending ? instant(1) : undefined, annotations: mirror ? { 'kubernetes.io/config.mirror': 'x' } : {}, finalizers: finalizer ? ['x'] : [] }),
    ),
  );

const aRandomSnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    nodes: fc.tuple(...names.map((name) => fc.option(aRandomNode(name), { nil: undefined, freq: 20 }))),
    fences: fc.array(fc.constantFrom(...names).chain(aRandomFence), { minLength: 1, maxLength: 4 }),
    heartbeats: fc.tuple(...names.map(() => aRandomHeartbeat)),
    readings: fc.array(someReadings, { minLength: 9, maxLength: 9 }),
    running: fc.subarray(['n1-1', 'n1-2', 'n2-1'], { maxLength: 1 }),
    pods: somePods,
    attachments: fc.subarray(names.map((node) => anAttachment({ name: `csi-${node}`, node }))),
    phaseSince: ago.map(secondsAgo),
    lastLeaseMove: mostly<number | undefined>(3, 60, undefined).map((when) => (when === undefined ? undefined : secondsAgo(when))),
    leading: mostly(600, 5),
  })
  .map(({ nodes, heartbeats, readings, leading, ...rest }) =>
    aSnapshot({
      ...rest,
      nodes: nodes.filter((node) => node !== undefined),
      heartbeats: Object.fromEntries(names.map((name, at) => [name, heartbeats[at] ?? aSilence()])),
      readings: Object.fromEntries(names.flatMap((name, at) => [1, 2, 3].map((attempt) => [`${name}-${attempt}`, readings[at * 3 + attempt - 1] ?? []]))),
      self: { leadingSince: secondsAgo(leading) },
    }),
  );

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
