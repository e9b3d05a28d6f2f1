import { nodeObjectOthers } from '../stories/node-object-others.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

nodeObjectOthers(withEnding('node-object-others', startEmbeddedWorld));
