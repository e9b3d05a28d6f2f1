import { rebalanceByItself } from '../stories/rebalance-by-itself.ts';
import { startEmbeddedWorld } from './world.ts';

rebalanceByItself(startEmbeddedWorld);
