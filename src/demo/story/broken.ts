import type { Break } from '../breaks.ts';
import { allDown } from './all-down.ts';
import type { Refused } from './outcome.ts';
import type { Stage } from './stage.ts';
import { unproved } from './unproved.ts';

/** What evenkeel must not do, and does not, although it looks as if it could. */
export function broken(what: Break, stage: Stage): Promise<Refused> {
  switch (what) {
    case 'script-lies':
      return unproved(stage, { kind: 'lies' }, (victim) => `The fence device says that ${victim} is off. Its own status says on, again and again: that was a claim, and no proof.`);
    case 'script-fails':
      return unproved(stage, { kind: 'fails' }, (victim) => `The fence device could not switch ${victim} off. Nobody knows that the machine is dead, so it counts as alive.`);
    case 'all-nodes-down':
      return allDown(stage);
    default:
      return what satisfies never;
  }
}
