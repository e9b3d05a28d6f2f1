import { renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationText, type Wishes } from './configuration.ts';
import { fenceIn, heldBy, leading, sample, told } from './looking.ts';
import { throughout, until } from './until.ts';
import type { Controller, StartWorld, World } from './world.ts';

/** The configuration is changed under a running controller, in the middle of an outage. */
export function reload(start: StartWorld): void {
  let world: World;
  let controller: Controller;
  let usual: Wishes;

  const write = (text: string): void => {
    writeFileSync(`${controller.config}.new`, text);
    renameSync(`${controller.config}.new`, controller.config);
  };
  const configure = (wishes: Wishes): void => write(configurationText({ ...usual, ...wishes }));
  const valid = (): Promise<number | undefined> => sample(controller, 'evenkeel_config_valid');

  beforeAll(async () => {
    world = await start();
    usual = { action: 'off', url: await world.machines.serve() };
    controller = await leading(world.control({ ...usual, mode: 'observe' }));
    world.machines.machine('worker-1').stopKubelet();
  });

  afterAll(() => world?.stop());

  describe('a node is dead', () => {
    it('is held in mode observe', async () => {
      await heldBy(world, 'worker-1', 'ObserveOnly');
      expect(await valid()).toBe(1);
    });

    it('is held by a guard that is changed with the mode, within ten seconds', async () => {
      configure({ startupGrace: '1h' });
      expect((await heldBy(world, 'worker-1', 'StartupGrace', 11_000)).status?.phase).toBe('Held');
    });

    it('stays held when the file is spoilt: metric 0, an Event, each complaint in the log', async () => {
      write(`${configurationText(usual).replace('startupGrace: 0s', 'startupGrace: soon')}gards: {}\n`);
      await until('the metric says that it is not valid', async () => (await valid()) === 0, 11_000);
      expect(await told(world, 'evenkeel', 'ConfigRejected')).toContain('2 problems');
      const complaints = controller.log().filter(({ level, message }) => level === 'error' && /startupGrace|gards/u.test(String(message)));
      expect(complaints.length).toBeGreaterThanOrEqual(2);
      await throughout(5_000, async () => expect((await world.fences('worker-1'))[0]?.status?.reason).toBe('StartupGrace'));
    });

    it('is fenced once the file is right', async () => {
      configure({});
      await fenceIn(world, 'worker-1', 'Succeeded', 90_000);
      expect(await valid()).toBe(1);
      expect(world.machines.device.powerCommands('worker-1').map(({ command }) => command)).toEqual(['off', 'on']);
    });
  });
}
