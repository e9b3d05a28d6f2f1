import { nodeObjectOthers } from '../stories/node-object-others.ts';
import { startWorld } from './world/world.ts';

nodeObjectOthers(startWorld);
