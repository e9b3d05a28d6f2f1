import { kubeFencingScript } from '../stories/kube-fencing-script.ts';
import { startWorld } from './world/world.ts';

kubeFencingScript(startWorld);
