import { lopsided } from '../stories/lopsided.ts';
import { startWorld } from './world/world.ts';

lopsided(startWorld);
