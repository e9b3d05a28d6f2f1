import { badInput } from '../stories/bad-input.ts';
import { startWorld } from './world/world.ts';

badInput(startWorld);
