import { lopsided } from '../stories/lopsided.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

lopsided(withEnding('lopsided', startWorld));
