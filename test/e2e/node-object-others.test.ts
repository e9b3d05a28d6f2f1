import { nodeObjectOthers } from '../stories/node-object-others.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

nodeObjectOthers(withEnding('node-object-others', startWorld));
