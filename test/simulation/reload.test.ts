import { reload } from '../stories/reload.ts';
import { startEmbeddedWorld } from './world.ts';

reload(startEmbeddedWorld);
