import { guards } from '../stories/guards.ts';
import { startWorld } from './world/world.ts';

guards(startWorld);
