import { assert, constantFrom, dictionary, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAttachment } from './attachment.ts';
import { parseBudget } from './budget.ts';
import { parseClaim } from './claim.ts';
import { parseLease } from './lease.ts';
import { parseNamespace } from './namespace.ts';
import { parseNode } from './node.ts';
import { parseNodeFence } from './nodefence.ts';
import { parsePersistentVolume } from './persistent-volume.ts';
import { parsePod } from './pod.ts';
import { sharing } from '../sharing.ts';

const parsers = { parseNode, parsePod, parseLease, parseAttachment, parseBudget, parseClaim, parseNamespace, parseNodeFence, parsePersistentVolume };
const metadata = { name: 'x', namespace: 'ns', uid: 'u', resourceVersion: '7' };

/** Reads as a network would deliver it: own `__proto__` keys included. */
const wire = (text: string): unknown => JSON.parse(text) as unknown;

describe('an object that no kubelet can crash us with', () => {
  const odd: readonly [string, unknown][] = [
    ['only metadata', { metadata }],
    ['spec and status null', { metadata, spec: null, status: null }],
    ['spec and status of another type', { metadata, spec: 'x', status: [1, 2] }],
    ['lists that are objects, maps that are lists', { metadata: { ...metadata, labels: ['a'], annotations: 5, ownerReferences: {}, finalizers: 'f' }, spec: { taints: {}, tolerations: 'x', containers: null, volumes: 7, selector: [] }, status: { conditions: {}, volumesAttached: 'v' } }],
    ['lists of nulls and numbers', { metadata: { ...metadata, ownerReferences: [null, 1], finalizers: [null] }, spec: { taints: [null, 3], tolerations: [null], containers: [null, 'c'], volumes: [null, []] }, status: { conditions: [null, 0], containerStatuses: [null], volumesAttached: [null] } }],
    ['keys that JavaScript treats specially', wire(`{"metadata":{"name":"x","uid":"u","resourceVersion":"7","labels":{"__proto__":"p","constructor":"c"}},"spec":{"__proto__":{"nodeName":"evil"}}}`)],
  ];
  for (const [name, parse] of Object.entries(parsers)) {
    test.each(odd)(`${name}: %s`, (_, object) => {
      expect(() => parse(object)).not.toThrow();
    });
    test.each(['name', 'uid', 'resourceVersion'])(`${name} refuses one without %s`, (part) => {
      expect(() => parse({ metadata: { ...metadata, [part]: undefined } })).toThrow(`without metadata.${part}`);
    });
    test(`${name} refuses what is no object`, () => {
      for (const value of [null, undefined, 5, 'x', []]) expect(() => parse(value)).toThrow('without metadata.name');
    });
    test(`${name} takes anything below metadata, spec and status`, () => {
      const known = constantFrom('taints', 'conditions', 'tolerations', 'containers', 'initContainers', 'volumes', 'nodeInfo', 'selector', 'evidence', 'policy', 'phase', 'resources', 'labels', 'annotations', 'ownerReferences', 'finalizers', 'allocatable', 'volumesAttached', 'source', 'confirmedOff', 'before', 'identity', '__proto__');
      const anything = dictionary(known, jsonValue());
      assert(
        property(anything, anything, anything, (spec, status, more) => {
          expect(parse({ metadata: { ...more, ...metadata }, spec, status })).toBeDefined();
        }),
        { numRuns: 300 },
      );
    });
  }

  test('nothing is read from a prototype', () => {
    expect(parsePod(wire('{"metadata":{"name":"x","uid":"u","resourceVersion":"7"},"spec":{"__proto__":{"nodeName":"evil"}}}')).node).toBe('');
  });
});

describe('Ready', () => {
  const ready = (...statuses: unknown[]): unknown => parseNode({ metadata, status: { conditions: statuses.map((status) => ({ type: 'Ready', status })) } }).ready;

  test.each([
    ['True', ['True'], 'True'],
    ['False', ['False'], 'False'],
    ['Unknown', ['Unknown'], 'Unknown'],
    ['absent: nobody knows', [], undefined],
    ['twice: proves nothing', ['Unknown', 'Unknown'], undefined],
    ['another word', ['true'], undefined],
    ['another type', [true], undefined],
    ['null', [null], undefined],
  ])('%s', (_, statuses, expected) => {
    expect(ready(...statuses)).toBe(expected);
  });

  test('of other conditions says nothing', () => {
    expect(parseNode({ metadata, status: { conditions: [{ type: 'MemoryPressure', status: 'Unknown' }, { type: 'SomethingNew', status: 'True' }] } }).ready).toBeUndefined();
  });

  test('of a pod that says it twice is not ready', () => {
    const condition = { type: 'Ready', status: 'True' };
    expect(parsePod({ metadata, status: { conditions: [condition] } }).ready).toBe(true);
    expect(parsePod({ metadata, status: { conditions: [condition, condition] } }).ready).toBe(false);
  });
});

describe('a Node', () => {
  test('is read field by field', () => {
    const node = parseNode({
      metadata: { ...metadata, creationTimestamp: '2026-01-01T00:00:00Z', deletionTimestamp: '2026-01-02T00:00:00Z', labels: { fencing: 'enabled' }, annotations: { 'evenkeel.dev/x': 'y', noise: 'z'.repeat(1_000) } },
      spec: { unschedulable: true, providerID: '', taints: [{ key: 'k', value: 'v', effect: 'NoExecute', timeAdded: 't' }, { key: 'k', effect: 'Nonsense' }, { effect: 'NoSchedule' }] },
      status: { nodeInfo: { bootID: 'b', systemUUID: 's', machineID: 'm' }, allocatable: { cpu: '4', memory: '1Gi', broken: 5 }, volumesAttached: [{ name: 'vol', devicePath: '' }, {}] },
    });
    expect(node).toEqual({
      name: 'x',
      uid: 'u',
      resourceVersion: '7',
      labels: { fencing: 'enabled' },
      annotations: { 'evenkeel.dev/x': 'y' },
      createdAt: Date.UTC(2026, 0, 1),
      deleting: true,
      unschedulable: true,
      taints: [{ key: 'k', value: 'v', effect: 'NoExecute', timeAdded: 't' }],
      ready: undefined,
      bootID: 'b',
      systemUUID: 's',
      machineID: 'm',
      allocatable: { cpu: '4', memory: '1Gi' },
      capacity: {},
      volumesAttached: ['vol'],
    });
  });

  test('with 20,000 labels keeps 500 and all of ours', () => {
    const labels = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a-${index}`, 'x']));
    const kept = parseNode({ metadata: { ...metadata, labels: { ...labels, fencing: 'enabled', 'evenkeel.dev/hold': '', 'topology.kubernetes.io/zone': 'z' } } }).labels;
    expect(Object.keys(kept).length).toBeLessThanOrEqual(502);
    expect(kept).toMatchObject({ fencing: 'enabled', 'evenkeel.dev/hold': '', 'topology.kubernetes.io/zone': 'z' });
  });

  test('keeps no more of an identifier than the record of a fence can hold', () => {
    expect(parseNode({ metadata, status: { nodeInfo: { bootID: 'b'.repeat(1_000_000) } } }).bootID).toHaveLength(128);
  });
});

describe('a Pod', () => {
  test('is read field by field', () => {
    const pod = parsePod({
      metadata: {
        ...metadata,
        labels: { app: 'a' },
        annotations: { 'kubernetes.io/config.mirror': 'h', 'descheduler.alpha.kubernetes.io/evict': 'true', other: 'no' },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 's', uid: 'o', controller: true, blockOwnerDeletion: true }],
        finalizers: ['f'],
        deletionTimestamp: '2026-01-02T00:00:00Z',
      },
      spec: {
        nodeName: 'n',
        priority: 5,
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300, surprise: 1 }],
        affinity: { podAntiAffinity: {} },
        topologySpreadConstraints: [{ maxSkew: 1 }],
        containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } }],
        initContainers: [{ name: 'sidecar', image: 'j', restartPolicy: 'Always' }],
        resources: { requests: { cpu: '3' } },
        overhead: { cpu: '1m' },
        volumes: [{ name: 'a', persistentVolumeClaim: { claimName: 'data' } }, { name: 'b', hostPath: { path: '/' } }, { name: 'c', emptyDir: {} }, { name: 'd', configMap: {} }],
        resourceClaims: [{ name: 'gpu' }],
      },
      status: { phase: 'Running', qosClass: 'Burstable', startTime: '2026-01-01T00:00:00Z', containerStatuses: [{ name: 'c', restartCount: 4 }], conditions: [{ type: 'Ready', status: 'True' }] },
    });
    expect(pod).toEqual({
      namespace: 'ns',
      name: 'x',
      uid: 'u',
      resourceVersion: '7',
      labels: { app: 'a' },
      annotations: { 'kubernetes.io/config.mirror': 'h', 'descheduler.alpha.kubernetes.io/evict': 'true' },
      owners: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 's', uid: 'o', controller: true }],
      finalizers: ['f'],
      node: 'n',
      phase: 'Running',
      deletionTimestamp: Date.UTC(2026, 0, 2),
      createdAt: undefined,
      startTime: Date.UTC(2026, 0, 1),
      ready: true,
      priority: 5,
      qosClass: 'Burstable',
      tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
      nodeSelector: { disk: 'ssd' },
      affinity: { podAntiAffinity: {} },
      topologySpreadConstraints: [{ maxSkew: 1 }],
      containers: [{ image: 'i', requests: { cpu: '1' }, limits: { cpu: '2' }, restartable: false, restarts: 4 }],
      initContainers: [{ image: 'j', requests: {}, limits: {}, restartable: true, restarts: 0 }],
      podRequests: { cpu: '3' },
      overhead: { cpu: '1m' },
      volumes: [{ kind: 'claim', claim: 'data' }, { kind: 'hostPath' }, { kind: 'emptyDir' }, { kind: 'other' }],
      hasResourceClaims: true,
    });
  });

  test('shares its parts with its equals, and only those', () => {
    const share = sharing();
    const read = (name: string, app: string): ReturnType<typeof parsePod> =>
      parsePod({ metadata: { ...metadata, name, labels: { app } }, spec: { tolerations: [{ key: 'k' }], containers: [{ image: 'i', resources: { requests: { cpu: '1' } } }] } }, share);
    const [one, two, three] = [read('one', 'a'), read('two', 'a'), read('three', 'b')];
    expect(two.labels).toBe(one.labels);
    expect(two.tolerations).toBe(one.tolerations);
    expect(two.containers).toBe(one.containers);
    expect(three.labels).toEqual({ app: 'b' });
    expect(Object.isFrozen(one.labels)).toBe(true);
  });
});

describe('other kinds', () => {
  test('a Lease keeps its time as written, however odd', () => {
    for (const renewTime of ['1970-01-01T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z', 'nonsense']) {
      expect(parseLease({ metadata, spec: { holderIdentity: 'h', renewTime } })).toEqual({ name: 'x', uid: 'u', resourceVersion: '7', holder: 'h', renewTime });
    }
  });

  test('reads whose a PersistentVolume is, and where it can be used', () => {
    const required = { nodeSelectorTerms: [{ matchExpressions: [] }] };
    expect(parsePersistentVolume({ metadata, spec: { claimRef: { namespace: 'shop', name: 'data' }, local: { path: '/disk' }, nodeAffinity: { required } } })).toMatchObject({ claim: 'shop/data', usableOn: required });
    expect(parsePersistentVolume({ metadata, spec: { csi: {} } })).toMatchObject({ claim: undefined, usableOn: undefined });
  });

  test('a VolumeAttachment with an inline volume has no PersistentVolume', () => {
    expect(parseAttachment({ metadata, spec: { nodeName: 'n', attacher: 'a', source: { inlineVolumeSpec: {} } }, status: { attached: true } })).toMatchObject({ node: 'n', attacher: 'a', persistentVolume: undefined, attached: true, deleting: false });
    expect(parseAttachment({ metadata: { ...metadata, deletionTimestamp: 'x' }, spec: { source: { persistentVolumeName: 'pv' } } })).toMatchObject({ persistentVolume: 'pv', attached: false, deleting: true });
  });

  test.each([
    ['no selector selects nothing', {}, undefined],
    ['null selects nothing', { selector: null }, undefined],
    ['an empty one everything', { selector: {} }, { requirements: [] }],
    [
      'labels and expressions',
      { selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'NotIn', values: ['d', 5] }, { key: 'e', operator: 'Gt', values: [] }] } },
      { requirements: [{ key: 'a', operator: 'In', values: ['b'] }, { key: 'c', operator: 'NotIn', values: ['d'] }] },
    ],
  ])('a PodDisruptionBudget: %s', (_, spec, selector) => {
    expect(parseBudget({ metadata, spec }).selector).toEqual(selector);
  });

  test('a NodeFence without a status has not been taken up', () => {
    const fence = parseNodeFence({ metadata, spec: { nodeName: 'n', nodeUID: 'nu', bootID: '', machineID: 'm', attempt: 2, reason: 'r', requestedBy: 'controller' }, status: {} });
    expect(fence.status).toBeUndefined();
    expect(fence.spec).toEqual({ nodeName: 'n', nodeUID: 'nu', bootID: '', machineID: 'm', attempt: 2, reason: 'r', requestedBy: 'controller' });
  });

  test('a NodeFence whose evidence makes no sense has none', () => {
    for (const evidence of [undefined, null, 'off', { class: 'OFF' }, { class: ['off'] }]) {
      expect(parseNodeFence({ metadata, status: { phase: 'Fencing', evidence } }).status?.evidence).toEqual({ class: 'none', items: [] });
    }
  });

  test('a NodeFence that we wrote comes back as it was', () => {
    const status = {
      phase: 'Releasing',
      reason: 'Proved',
      message: 'm',
      conditions: [{ type: 'Fenced', status: 'True', reason: 'r', message: 'm', lastTransitionTime: 't' }],
      evidence: { class: 'off', items: [{ at: 't', source: 's', says: 'off' }] },
      level: 1,
      leaderEpoch: 3,
      policy: { methods: [], plan: [{ method: 'm', action: 'off', verifies: true }], release: { deleteStuckPods: true, outOfService: true, deleteNodeAfter: 'never' }, return: { powerOn: true, probation: 5, restore: { labels: ['a'], taints: [] } } },
      identity: { systemUUID: 's', machineID: 'm', leaseRenewTime: 'l' },
      before: { labels: { a: 'b' }, taints: [{ key: 'k', effect: 'NoSchedule' }] },
      command: { action: 'off', method: 'm', by: 'b', epoch: 3, at: 't', limit: 5, outcome: 'intended' },
      displaced: [{ namespace: 'n', name: 'p', uid: 'u', volumes: [] }],
      timeline: [{ time: 't', step: 's', outcome: 'o' }],
      lastError: 'e',
    };
    expect(parseNodeFence({ metadata, status }).status).toEqual(status);
  });
});
