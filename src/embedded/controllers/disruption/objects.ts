import type { KubeObject } from '../../api-server/object.ts';
import type { Condition } from '../node-and-pod.ts';
import type { RawSelector } from '../workload/objects.ts';

/** A number, or a percentage such as `50%`. */
export type NumberOrPercent = number | string;

export type BudgetStatus = {
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
  readonly expectedPods?: number;
  readonly disruptionsAllowed?: number;
  /** Name of a pod whose eviction was granted → when. */
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
};

export interface BudgetObject extends KubeObject {
  readonly spec?: { readonly selector?: RawSelector; readonly minAvailable?: NumberOrPercent; readonly maxUnavailable?: NumberOrPercent };
  readonly status?: BudgetStatus;
}
