import { describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../embedded/api-server/server.ts';
import { eventChanges } from './events.ts';
import { fenceChanges } from './fences.ts';
import { nodeChanges } from './nodes.ts';
import { podChanges } from './pods.ts';
import { volumeChanges } from './volumes.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A change from one object to another; what is not named is empty. */
function change(before: Raw | undefined, after: Raw | undefined): StoreEvent {
  const object = (raw: Raw): StoreEvent['object'] => ({ apiVersion: 'v1', kind: 'X', ...raw, metadata: { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '', ...(raw['metadata'] as object | undefined) } });
  if (after === undefined) return { type: 'DELETED', object: object(before ?? {}), before: object(before ?? {}) };
  return { type: before === undefined ? 'ADDED' : 'MODIFIED', object: object(after), before: before === undefined ? undefined : object(before) };
}

const ready = (status: 'True' | 'False' | 'Unknown', more: Raw = {}): Raw => ({ status: { conditions: [{ type: 'Ready', status }], ...more } });
const deleting = { metadata: { deletionTimestamp: 'now' } };
const on = (nodeName: string): Raw => ({ spec: { nodeName } });

describe('what a change means', () => {
  it.each<[string, (event: StoreEvent) => readonly object[], StoreEvent, readonly string[]]>([
    ['a node registers', nodeChanges, change(undefined, {}), ['registered']],
    ['a node becomes Ready', nodeChanges, change(ready('False'), ready('True')), ['ready']],
    ['nothing more is heard of a node', nodeChanges, change(ready('True'), ready('Unknown')), ['silent']],
    ['a node that is not Ready stays so', nodeChanges, change(ready('False'), ready('Unknown')), []],
    ['a node is deleted', nodeChanges, change(ready('True'), undefined), ['gone']],
    ['taints come and go', nodeChanges, change({ spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }, { spec: { taints: [{ key: 'b', value: 'c', effect: 'NoExecute' }] } }), ['tainted b=c:NoExecute', 'untainted a:NoSchedule']],
    ['a pod is created', podChanges, change(undefined, {}), ['created']],
    ['a pod gets its node', podChanges, change({}, on('n')), ['assigned']],
    ['a pod runs', podChanges, change(ready('False', { phase: 'Pending' }), ready('True', { phase: 'Running' })), ['running']],
    ['a pod is not heard of, since its node is not', podChanges, change(ready('True', { phase: 'Running' }), ready('False', { phase: 'Running' })), ['silent']],
    ['a pod is heard again', podChanges, change(ready('False', { phase: 'Running' }), ready('True', { phase: 'Running' })), ['back']],
    ['a pod is told to end', podChanges, change(ready('True'), { ...ready('True'), ...deleting }), ['deleting']],
    ['a pod ends, as it was told', podChanges, change({ ...ready('True'), ...deleting }, { ...ready('False'), ...deleting }), []],
    ['a pod is gone', podChanges, change(ready('True'), undefined), ['gone']],
    ['a volume is to be attached', volumeChanges, change(undefined, {}), ['attaching']],
    ['a volume is attached', volumeChanges, change({}, { status: { attached: true } }), ['attached']],
    ['a volume is to be detached', volumeChanges, change({ status: { attached: true } }, { status: { attached: true }, ...deleting }), ['detaching']],
    ['a volume is free', volumeChanges, change({}, undefined), ['free']],
  ])('%s', (_what, changes, event, expected) => {
    expect(changes(event).map((happening) => Object.entries(happening).filter(([key]) => key === 'change' || key === 'taint').map(([, value]) => String(value)).join(' '))).toEqual(expected);
  });

  it('a fence enters a phase, or stays in it for another reason', () => {
    const phase = (phase: string, reason: string): Raw => ({ spec: { nodeName: 'n' }, status: { phase, reason, evidence: { class: 'off' } } });
    expect(fenceChanges(change(phase('Held', 'Blind'), phase('Held', 'Settling')))).toEqual([{ type: 'fence', fence: 'x', node: 'n', phase: 'Held', reason: 'Settling', evidence: 'off' }]);
    expect(fenceChanges(change(phase('Held', 'Blind'), phase('Held', 'Blind')))).toEqual([]);
    expect(fenceChanges(change(undefined, {}))).toEqual([]);
  });

  it('an Event is told once, however often it is counted up', () => {
    const event = { involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1' }, source: { component: 'kubelet' }, reason: 'Started', type: 'Normal', message: 'Started it' };
    expect(eventChanges(change(undefined, event))).toEqual([{ type: 'event', by: 'kubelet', reason: 'Started', severity: 'Normal', regarding: 'Pod shop/web-1', note: 'Started it' }]);
    expect(eventChanges(change(event, { ...event, count: 2 }))).toEqual([]);
  });
});
