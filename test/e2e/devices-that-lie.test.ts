import { devicesThatLie } from '../stories/devices-that-lie.ts';
import { startWorld } from './world/world.ts';

devicesThatLie(startWorld);
