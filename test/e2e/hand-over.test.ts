import { handOver } from '../stories/hand-over.ts';
import { startWorld } from './world/world.ts';

handOver(startWorld);
