import type { Controller } from '../stories/world.ts';
import type { EmbeddedWorld } from './world.ts';

/** Everything that has happened in a world, in its order and with its times: requests that write, the log of the controllers, and what machines, disks and device noted. */
export async function traceOf(world: EmbeddedWorld, controllers: readonly Controller[]): Promise<string> {
  const writes = (await world.audit()).filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
  const journal = world.journal.logs().flatMap((log) => world.journal.read(log).map((entry) => `${log} ${JSON.stringify(entry)}`));
  return [...writes.map((request) => JSON.stringify(request)), ...controllers.map((controller) => controller.raw()), ...journal].join('\n');
}
