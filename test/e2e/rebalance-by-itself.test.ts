import { rebalanceByItself } from '../stories/rebalance-by-itself.ts';
import { startWorld } from './world/world.ts';

rebalanceByItself(startWorld);
