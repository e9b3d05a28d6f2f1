import { describe, expect, it } from 'vitest';
import { deployment, provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { until } from '../stories/until.ts';
import { traceOf } from './trace.ts';
import { startEmbeddedWorld } from './world.ts';

/** A machine dies under two controllers, the leader is killed in the middle of the fence, and the other one ends it. */
async function tell(seed: number): Promise<string> {
  const world = await startEmbeddedWorld({ seed });
  try {
    await provision(world.admin, [...statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }), ...deployment({ namespace: 'web', name: 'shop', replicas: 6 })]);
    await until('all pods run', async () => [...(await world.pods('search')), ...(await world.pods('web'))].filter(({ ready }) => ready).length === 8);
    const first = await world.control({ action: 'off' });
    await until('it leads', () => first.leads());
    const second = await world.control({ action: 'off' });
    const victim = (await world.pods('search'))[0]?.node ?? '';
    world.machines.machine(victim).stopKubelet();
    await until('the command is sent', () => world.machines.device.powerCommands(victim).length === 1);
    await first.kill('SIGKILL');
    await until('the other one has ended it', async () => (await world.fences(victim)).some(({ status }) => status?.phase === 'Succeeded'));
    return await traceOf(world, [first, second]);
  } finally {
    await world.stop();
  }
}

describe('a story in virtual time', () => {
  it('is the same byte for byte when the seed is the same', async () => {
    const trace = await tell(1);
    expect(trace.split('\n').length).toBeGreaterThan(500);
    expect(await tell(1)).toBe(trace);
  });

  it('is another one with another seed, and ends as well', async () => {
    expect(await tell(2)).not.toBe(await tell(3));
  });
});
