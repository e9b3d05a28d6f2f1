import { lopsided } from '../stories/lopsided.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

lopsided(withEnding('lopsided', startEmbeddedWorld));
