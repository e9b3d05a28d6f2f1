import { reload } from '../stories/reload.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

reload(withEnding('reload', startEmbeddedWorld));
