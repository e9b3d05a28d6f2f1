import { reload } from '../stories/reload.ts';
import { startWorld } from './world/world.ts';

reload(startWorld);
