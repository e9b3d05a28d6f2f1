import { elasticsearch } from '../stories/elasticsearch.ts';
import { startWorld } from './world/world.ts';

elasticsearch(startWorld);
