import { nodeObjectOthers } from '../stories/node-object-others.ts';
import { startEmbeddedWorld } from './world.ts';

nodeObjectOthers(startEmbeddedWorld);
