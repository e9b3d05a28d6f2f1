import { expect, it } from 'vitest';
import { peopleWorld, type PeopleWorld } from '../../test/fakes/people.ts';
import { status } from './status.ts';

const shown = ({ api, io }: PeopleWorld, output: 'table' | 'json' = 'table'): Promise<string> => status(api, io.clock.now().wall, { namespace: 'evenkeel-system', output });
const leads = { holderIdentity: 'evenkeel-1', renewTime: '2026-01-01T11:59:58.000000Z' };

it('shows the nodes that are down and the open fences, then who leads', async () => {
  const world = peopleWorld();
  world.node('n1', 'Unknown');
  world.node('n2', 'True');
  world.node('n3', 'False');
  world.fence('n1', {}, { phase: 'Held', reason: 'HoldLabel', message: 'n1 is not fenced: the node carries the label evenkeel.dev/hold' });
  world.lease('evenkeel', leads);
  const text = await shown(world);
  expect(text).toMatch(/^n1 +Unknown +Held +none +HoldLabel +2m +n1 is not fenced/mu);
  expect(text).toMatch(/^n3 +False +NoFence/mu);
  expect(text).not.toContain('n2');
  expect(text).toMatch(/evenkeel-1 leads\.\n$/u);
});

it.each<[string, (world: PeopleWorld) => void, string]>([
  ['nobody leads', () => undefined, 'Nobody leads: nothing moves.'],
  ['the leader is silent', (world) => world.lease('evenkeel', { ...leads, renewTime: '2026-01-01T11:57:00.000000Z' }), 'evenkeel-1 has not renewed its Lease for 3m: nothing moves.'],
  ['a person has paused it', (world) => (world.lease('evenkeel', leads), world.lease('evenkeel-pause', { holderIdentity: 'alice' })), 'alice has paused evenkeel: nothing new is begun.'],
])('says so when %s', async (_, prepare, says) => {
  const world = peopleWorld();
  world.node('n1', 'True');
  prepare(world);
  expect(await shown(world)).toMatch(/^Every node is Ready and no fence is open\.\n/u);
  expect(await shown(world)).toContain(says);
});

it('prints rows and nothing else as JSON', async () => {
  const world = peopleWorld();
  world.node('n1', 'Unknown');
  expect(JSON.parse(await shown(world, 'json'))).toEqual([expect.objectContaining({ node: 'n1', ready: 'Unknown', reason: 'NoFence' })]);
});
