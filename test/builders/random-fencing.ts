import * as fc from 'fast-check';
import type { NodeRecord } from '../../src/model/cluster.ts';
import { closedPhases, type NodeFence, openPhases } from '../../src/model/nodefence.ts';
import type { Heartbeat, PowerReading, Snapshot } from '../../src/model/snapshot.ts';
import { instant, seconds } from '../../src/model/time.ts';
import {
  aCommand, aDeadNode, aFence, anAttachment, aReading, aSilence, aSnapshot, aStatus, evicting, isolated, outOfService, rfc3339Ago, secondsAgo, selectorOf,
} from './fencing.ts';
import { aPod } from './pod.ts';

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

/** Three nodes, mostly dead and silent, with fences in any phase, readings, pods and volumes. */
export const aRandomSnapshot: fc.Arbitrary<Snapshot> = fc
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
