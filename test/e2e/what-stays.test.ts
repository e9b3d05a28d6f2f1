import { whatStays } from '../stories/what-stays.ts';
import { withEnding } from '../stories/ending.ts';
import { startWorld } from './world/world.ts';

whatStays(withEnding('what-stays', startWorld));
