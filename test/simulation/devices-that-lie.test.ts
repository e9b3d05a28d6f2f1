import { devicesThatLie } from '../stories/devices-that-lie.ts';
import { startEmbeddedWorld } from './world.ts';

devicesThatLie(startEmbeddedWorld);
