import { nodeObject } from '../stories/node-object.ts';
import { startWorld } from './world/world.ts';

nodeObject(startWorld);
