import { nodeObject } from '../stories/node-object.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

nodeObject(withEnding('node-object', startWorld));
