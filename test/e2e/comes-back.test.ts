import { comesBack } from '../stories/comes-back.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

comesBack(withEnding('comes-back', startWorld));
