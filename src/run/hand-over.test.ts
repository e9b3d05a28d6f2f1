import { describe, expect, test } from 'vitest';
import type { NodeFence } from '../model/nodefence.ts';
import { instant, seconds } from '../model/time.ts';
import { aNode } from '../../test/builders/node.ts';
import { anOwner, aPod } from '../../test/builders/pod.ts';
import { fakeClock } from '../../test/fakes/clock.ts';
import { standby, type Surroundings, timeToHandOver } from './hand-over.ts';

const namespace = 'evenkeel-system';
const own = { namespace, name: 'evenkeel-1' };
const replica = (name: string, given: Parameters<typeof aPod>[0] = {}): ReturnType<typeof aPod> => aPod({ namespace, name, node: 'n2', ...given });
const held = (node: string, reason: string): NodeFence => ({ metadata: { name: `${node}-x` }, spec: { nodeName: node }, status: { phase: 'Held', reason } }) as unknown as NodeFence;

function seen(other = replica('evenkeel-2'), fence = held('n1', 'OwnNode')): Surroundings {
  const nodes = [aNode({ name: 'n1', ready: 'Unknown' }), aNode({ name: 'n2' }), aNode({ name: 'n3', ready: 'False' })];
  const pods = [replica('evenkeel-1', { node: 'n1' }), other];
  return { nodes: new Map(nodes.map((node) => [node.name, node])), pods: new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod])), fences: new Map([['f', fence]]) };
}

describe('another replica stands by', () => {
  test('when a Ready pod of the same owner is on another node that is Ready', () => {
    expect(standby(seen(), own)?.name).toBe('evenkeel-2');
  });

  const none = [
    { title: 'it is not Ready', pod: replica('evenkeel-2', { ready: false }) },
    { title: 'it is being deleted', pod: replica('evenkeel-2', { deletionTimestamp: instant(1) }) },
    { title: 'it is on the same node', pod: replica('evenkeel-2', { node: 'n1' }) },
    { title: 'its own node is not Ready', pod: replica('evenkeel-2', { node: 'n3' }) },
    { title: 'it belongs to somebody else', pod: replica('evenkeel-2', { owners: [anOwner({ name: 'other' })] }) },
    { title: 'it belongs to nobody', pod: replica('evenkeel-2', { owners: [] }) },
    { title: 'it is in another namespace', pod: aPod({ name: 'evenkeel-2', node: 'n2' }) },
  ];
  test.each(none)('not when $title', ({ pod }) => expect(standby(seen(pod), own)).toBeUndefined());

  test('nobody knows without the name of its own pod', () => {
    expect(standby(seen(), undefined)).toBeUndefined();
    expect(standby(seen(), { namespace, name: 'evenkeel-9' })).toBeUndefined();
  });
});

describe('a leader hands over', () => {
  const after = async (there: Surroundings, more: { leading?: boolean; busy?: boolean } = {}): Promise<string | undefined> => {
    const clock = fakeClock();
    const stop = new AbortController();
    const due = timeToHandOver({ clock, node: 'n1', pod: own, seen: () => there, leading: () => more.leading ?? true, busy: () => more.busy ?? false }, stop.signal);
    for (let passed = 0; passed < 5; passed += 1) await clock.advance(seconds(1));
    stop.abort();
    await clock.advance(seconds(1));
    return (await due)?.to;
  };

  test('when its own node is the one to be fenced', async () => {
    expect(await after(seen())).toBe('evenkeel-system/evenkeel-2');
  });

  test('not for another node, another guard, while a script runs, or when it does not lead', async () => {
    expect(await after(seen(undefined, held('n2', 'OwnNode')))).toBeUndefined();
    expect(await after(seen(undefined, held('n1', 'HoldLabel')))).toBeUndefined();
    expect(await after(seen(), { busy: true })).toBeUndefined();
    expect(await after(seen(), { leading: false })).toBeUndefined();
  });
});
