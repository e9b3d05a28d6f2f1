import { elasticsearch } from '../stories/elasticsearch.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

elasticsearch(withEnding('elasticsearch', startEmbeddedWorld));
