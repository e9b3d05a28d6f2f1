import { whatStays } from '../stories/what-stays.ts';
import { withEnding } from '../stories/ending.ts';
import { startEmbeddedWorld } from './world.ts';

whatStays(withEnding('what-stays', startEmbeddedWorld));
