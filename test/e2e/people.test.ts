import { people } from '../stories/people.ts';
import { startWorld } from './world/world.ts';

people(startWorld);
