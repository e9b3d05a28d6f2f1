import { powerLoss } from '../stories/power-loss.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

powerLoss(withEnding('power-loss', startEmbeddedWorld));
