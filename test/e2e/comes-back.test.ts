import { comesBack } from '../stories/comes-back.ts';
import { startWorld } from './world/world.ts';

comesBack(startWorld);
