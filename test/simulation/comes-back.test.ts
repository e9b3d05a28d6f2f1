import { comesBack } from '../stories/comes-back.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

comesBack(withEnding('comes-back', startEmbeddedWorld));
