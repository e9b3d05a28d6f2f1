import { reload } from '../stories/reload.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

reload(withEnding('reload', startWorld));
