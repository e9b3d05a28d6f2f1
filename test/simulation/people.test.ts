import { people } from '../stories/people.ts';
import { startEmbeddedWorld } from './world.ts';

people(startEmbeddedWorld, { authorizes: false });
