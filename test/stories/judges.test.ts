import { describe, expect, it } from 'vitest';
import type { DeviceEntry } from '../../src/embedded/machines/fence-device.ts';
import { instant, tick } from '../../src/model/time.ts';
import { controllerAccount, refusals } from './judges.ts';
import { againstTheDevice, excessCommands, type MachineEntry } from './judges-power.ts';
import { unprovedWrites } from './judges-proof.ts';
import { eventsAfterTheirTerm, termsIn, writesOutsideTheirTerm } from './judges-term.ts';
import type { AuditedRequest } from './world.ts';

/*
 * The judges of the failpoint story must go red on planted faults: an honest log of one fence by `off`, and doctored copies.
 */

const start = Date.parse('2026-01-01T00:00:00Z');
const time = (second: number): string => new Date(start + second * 1_000).toISOString();
const isolation = (effect: string): object => ({ key: 'evenkeel.dev/fencing', value: 'worker-1-a', effect });
const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' };

interface Asked extends Partial<Omit<AuditedRequest, 'object'>> {
  readonly at: number;
  readonly object: Partial<AuditedRequest['object']>;
}

function aRequest({ at, object, ...more }: Asked): AuditedRequest {
  return { verb: 'get', user: controllerAccount, userAgent: '', uri: '/', code: 200, requestObject: undefined, responseObject: undefined, receivedTimestamp: time(at), stageTimestamp: time(at + 0.01), ...more, object: { resource: '', subresource: '', namespace: '', name: '', ...object } };
}

const aLook = (at: number): AuditedRequest => aRequest({ at, object: { resource: 'nodes', name: 'worker-1' }, uri: '/api/v1/nodes/worker-1' });

function aRecord(at: number, status: object): AuditedRequest {
  const fence = { metadata: { name: 'worker-1-a' }, spec: { nodeName: 'worker-1', nodeUID: 'node-uid' }, status };
  return aRequest({ at, verb: 'update', object: { resource: 'nodefences', subresource: 'status', name: 'worker-1-a' }, responseObject: fence });
}

function aTaint(at: number, ...taints: readonly object[]): AuditedRequest {
  const node = { metadata: { uid: 'node-uid' }, spec: { taints } };
  return aRequest({ at, verb: 'patch', object: { resource: 'nodes', name: 'worker-1' }, requestObject: node, responseObject: node });
}

function aDelete(at: number, options: object, user: string = controllerAccount): AuditedRequest {
  return aRequest({ at, user, verb: 'delete', object: { resource: 'pods', namespace: 'search', name: 'elasticsearch-0' }, requestObject: options, responseObject: { metadata: { uid: 'pod-uid' }, spec: { nodeName: 'worker-1' } } });
}

const force = { gracePeriodSeconds: 0, preconditions: { uid: 'pod-uid' } };
const proof = aRecord(5, { phase: 'Fenced', evidence: { class: 'off' } });
const told = aDelete(6.5, {}, 'system:serviceaccount:kube-system:taint-eviction-controller');

const honest = [
  aLook(1),
  aTaint(1.1, isolation('NoSchedule')),
  aRecord(2, { phase: 'Fencing', evidence: { class: 'none' }, command: { action: 'off', outcome: 'intended' } }),
  proof,
  aLook(6),
  aTaint(6.1, isolation('NoExecute')),
  told,
  aTaint(7, isolation('NoExecute'), outOfService),
  aDelete(7.5, force),
  aTaint(9, isolation('NoExecute')),
  aTaint(20),
];

describe('writes without proof', () => {
  it('finds nothing in an honest log', () => {
    expect(unprovedWrites(honest)).toEqual([]);
  });

  it.each([
    { fault: 'a force-delete without proof', log: [told, aLook(7), aDelete(7.5, force)], says: 'no record with evidence off' },
    { fault: 'the out-of-service taint on without proof', log: [aLook(7), aTaint(7.1, outOfService)], says: 'no record with evidence off' },
    { fault: 'NoExecute on a claim', log: [aRecord(5, { phase: 'Fenced', evidence: { class: 'claimed' } }), aLook(6), aTaint(6.1, isolation('NoExecute'))], says: 'no record with evidence off' },
    { fault: 'a proof that is stored only afterwards', log: honest.map((request) => (request === proof ? aRecord(8, { phase: 'Fenced', evidence: { class: 'off' } }) : request)), says: 'no record with evidence off' },
    { fault: 'a proof of an attempt that is over', log: [...honest, aRecord(21, { phase: 'Succeeded', evidence: { class: 'off' } }), aLook(22), aTaint(22.1, outOfService)], says: 'no record with evidence off' },
    { fault: 'a force-delete without a UID', log: [proof, told, aLook(7), aDelete(7.5, { gracePeriodSeconds: 0 })], says: 'without a UID precondition' },
    { fault: 'a delete with a grace period', log: [proof, told, aLook(7), aDelete(7.5, { ...force, gracePeriodSeconds: 30 })], says: 'grace period 30' },
    { fault: 'a pod that nobody told to end', log: [proof, aLook(7), aDelete(7.5, force)], says: 'nobody had told the pod to end' },
    { fault: 'no live look', log: honest.filter(({ verb }) => verb !== 'get'), says: 'was not read live' },
  ])('finds $fault', ({ log, says }) => {
    expect(unprovedWrites(log).join('\n')).toContain(says);
  });

  it('lets the look of a dead controller count for nothing', () => {
    expect(unprovedWrites(honest, [start + 6_050]).join('\n')).toContain('by a controller that is dead');
  });

  it('takes the stored command for NoExecute of a reboot, and its absence for a fault', () => {
    const command = aRecord(2, { phase: 'Fencing', evidence: { class: 'none' }, command: { action: 'reboot', outcome: 'intended' } });
    expect(unprovedWrites([command, aLook(3), aTaint(3.1, isolation('NoExecute'))])).toEqual([]);
    expect(unprovedWrites([aLook(3), aTaint(3.1, isolation('NoExecute'))])).not.toEqual([]);
  });
});

const aCommand = (second: number, command: DeviceEntry['command'], attempt = '1', more: Partial<DeviceEntry> = {}): DeviceEntry => ({ at: instant(start + second * 1_000), tick: tick(second * 1_000), machine: 'worker-1', command, attempt, step: 'received', ...more });
const says = (second: number, power: string): DeviceEntry => aCommand(second, 'status', '1', { step: 'answered', power });
const died: MachineEntry = { at: start, tick: 0, machine: 'worker-1', event: 'kubelet stopped' };
const lives = (second: number): MachineEntry => ({ at: start + second * 1_000, tick: second * 1_000, machine: 'worker-1', event: 'kubelet started' });

describe('power commands', () => {
  it('lets one off and one on pass, and a second attempt', () => {
    expect(excessCommands([aCommand(1, 'off'), aCommand(8, 'off', '2'), aCommand(10, 'on', '2')], [died])).toEqual([]);
  });

  it('finds two power commands under one attempt', () => {
    expect(excessCommands([aCommand(1, 'reboot'), aCommand(2, 'reboot')], [died])).toEqual([expect.stringContaining('a second power command')]);
    expect(excessCommands([aCommand(1, 'reboot'), aCommand(2, 'off')], [died])).toHaveLength(1);
  });

  it('lets on be sent again only after status has said off', () => {
    expect(excessCommands([aCommand(1, 'on'), says(2, 'off'), aCommand(3, 'on')], [died])).toEqual([]);
    expect(excessCommands([aCommand(1, 'on'), says(2, 'on'), aCommand(3, 'on')], [died])).toEqual([expect.stringContaining('on was sent again')]);
  });

  it('finds a command to a machine that has come back', () => {
    expect(excessCommands([aCommand(1, 'reboot'), aCommand(5, 'reboot', '2')], [died, lives(4)])).toEqual([expect.stringContaining('whose kubelet lives')]);
  });
});

describe('the audit log beside the log of the device', () => {
  it('finds nothing when the device had said off', () => {
    expect(againstTheDevice(honest, [says(4, 'off'), aCommand(25, 'on')])).toEqual([]);
  });

  it('finds what was released although the device had said on, or nothing for long', () => {
    expect(againstTheDevice(honest, [says(4, 'on')])).toHaveLength(2);
    expect(againstTheDevice(honest, [says(-20, 'off')])).toHaveLength(2);
  });

  it('finds a machine powered on under our out-of-service taint', () => {
    expect(againstTheDevice(honest, [says(4, 'off'), aCommand(8, 'on')])).toEqual([expect.stringContaining('powered on while our out-of-service taint stood')]);
  });
});

const aTaking = (at: number, userAgent: string, holderIdentity = userAgent): AuditedRequest => aRequest({ at, userAgent, verb: 'update', object: { resource: 'leases', name: 'evenkeel' }, requestObject: { spec: { holderIdentity } } });
const aWrite = (at: number, userAgent: string, more: Partial<AuditedRequest> = {}): AuditedRequest => ({ ...aRecord(at, {}), userAgent, ...more });
const anEvent = (at: number, userAgent: string): AuditedRequest => aRequest({ at, userAgent, verb: 'create', object: { resource: 'events' } });

describe('writes of two replicas', () => {
  const handedOn = [aTaking(1, 'one'), aWrite(2, 'one'), aTaking(3, 'one'), anEvent(5, 'one'), aTaking(10, 'two'), aWrite(11, 'two'), aTaking(12, 'two')];

  it('tells who led when, and from when on it wrote', () => {
    expect(termsIn(handedOn)).toEqual([
      { leader: 'one', from: time(1), to: time(10), firstWrite: time(2) },
      { leader: 'two', from: time(10), to: undefined, firstWrite: time(11) },
    ]);
  });

  it('finds nothing when each writes in its own term only', () => {
    expect(writesOutsideTheirTerm(handedOn)).toEqual([]);
    expect(writesOutsideTheirTerm([...handedOn, aTaking(13, 'two', ''), aTaking(14, 'three'), aWrite(15, 'three')])).toEqual([]);
    expect(eventsAfterTheirTerm(handedOn)).toEqual([]);
  });

  it.each([
    { fault: 'a write of a leader that another one has followed', log: [...handedOn, aWrite(13, 'one')] },
    { fault: 'one that was refused', log: [...handedOn, aWrite(13, 'one', { code: 409 })] },
    { fault: 'one that had not ended when the next one took over', log: [...handedOn, aWrite(9, 'one', { stageTimestamp: time(10.5) })] },
    { fault: 'a renewal of a Lease that was lost', log: [...handedOn, aRequest({ ...aTaking(13, 'one'), at: 13, code: 409 })] },
    { fault: 'a write of a replica that only stands by', log: [...handedOn, aWrite(5, 'two')] },
    { fault: 'a write after the Lease was given back', log: [...handedOn, aTaking(13, 'two', ''), aWrite(14, 'two')] },
  ])('finds $fault', ({ log }) => {
    expect(writesOutsideTheirTerm(log)).toHaveLength(1);
  });

  it('tells Events apart that come late', () => {
    expect(writesOutsideTheirTerm([...handedOn, anEvent(13, 'one')])).toEqual([]);
    expect(eventsAfterTheirTerm([...handedOn, anEvent(13, 'one')])).toHaveLength(1);
  });
});

it('finds what the API server refused the controller', () => {
  const log = [aRequest({ at: 1, code: 403, verb: 'delete', uri: '/api/v1/nodes/worker-1', object: { resource: 'nodes' } }), aRequest({ at: 2, code: 409, object: { resource: 'leases' } })];
  expect(refusals(log)).toEqual(['403 delete /api/v1/nodes/worker-1']);
});
