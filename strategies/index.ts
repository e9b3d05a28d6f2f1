import type { Strategy } from '../src/decide/rebalancing/strategy.ts';
import { highNodeUtilization } from './HighNodeUtilization/strategy.ts';
import { lowNodeUtilization } from './LowNodeUtilization/strategy.ts';
import { podLifeTime } from './PodLifeTime/strategy.ts';
import { removeDuplicates } from './RemoveDuplicates/strategy.ts';
import { removeFailedPods } from './RemoveFailedPods/strategy.ts';
import { removePodsHavingTooManyRestarts } from './RemovePodsHavingTooManyRestarts/strategy.ts';
import { removePodsViolatingInterPodAntiAffinity } from './RemovePodsViolatingInterPodAntiAffinity/strategy.ts';
import { removePodsViolatingNodeAffinity } from './RemovePodsViolatingNodeAffinity/strategy.ts';
import { removePodsViolatingNodeTaints } from './RemovePodsViolatingNodeTaints/strategy.ts';
import { removePodsViolatingTopologySpreadConstraint } from './RemovePodsViolatingTopologySpreadConstraint/strategy.ts';

/** Every strategy that a policy can name. A new one is a folder and a line here. */
export const strategies: readonly Strategy<unknown>[] = [
  highNodeUtilization,
  lowNodeUtilization,
  podLifeTime,
  removeDuplicates,
  removeFailedPods,
  removePodsHavingTooManyRestarts,
  removePodsViolatingInterPodAntiAffinity,
  removePodsViolatingNodeAffinity,
  removePodsViolatingNodeTaints,
  removePodsViolatingTopologySpreadConstraint,
];
