import { powerLoss } from '../stories/power-loss.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

powerLoss(withEnding('power-loss', startWorld));
