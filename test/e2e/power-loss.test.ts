import { powerLoss } from '../stories/power-loss.ts';
import { startWorld } from './world/world.ts';

powerLoss(startWorld);
