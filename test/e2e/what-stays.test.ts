import { whatStays } from '../stories/what-stays.ts';
import { startWorld } from './world/world.ts';

whatStays(startWorld);
