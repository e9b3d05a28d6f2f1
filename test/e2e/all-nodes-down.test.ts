import { allNodesDown } from '../stories/all-nodes-down.ts';
import { startWorld } from './world/world.ts';

allNodesDown(startWorld);
