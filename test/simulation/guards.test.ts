import { guards } from '../stories/guards.ts';
import { startEmbeddedWorld } from './world.ts';

guards(startEmbeddedWorld);
