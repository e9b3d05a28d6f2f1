import { nodeObject } from '../stories/node-object.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

nodeObject(withEnding('node-object', startEmbeddedWorld));
