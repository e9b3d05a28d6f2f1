import { allNodesDown } from '../stories/all-nodes-down.ts';
import { startEmbeddedWorld } from './world.ts';

allNodesDown(startEmbeddedWorld);
