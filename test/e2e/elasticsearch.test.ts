import { elasticsearch } from '../stories/elasticsearch.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

elasticsearch(withEnding('elasticsearch', startWorld));
