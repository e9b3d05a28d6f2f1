import type { ShapeTable } from '../language.ts';

/** The fields of PodDisruptionBudgets, PriorityClasses and Leases (Kubernetes v1.36). */
export const policyShapes = {
  PodDisruptionBudget: 'spec!:PodDisruptionBudgetSpec status!:PodDisruptionBudgetStatus',
  PriorityClass: 'value!:i globalDefault:b description:s preemptionPolicy?:s',
  Lease: 'spec!:LeaseSpec',
  PodDisruptionBudgetSpec: 'minAvailable?:x selector?:LabelSelector maxUnavailable?:x unhealthyPodEvictionPolicy?:s',
  PodDisruptionBudgetStatus: `
    observedGeneration:i disruptedPods:{t} disruptionsAllowed!:i currentHealthy!:i desiredHealthy!:i expectedPods!:i
    conditions:[Condition@type]
  `,
  LeaseSpec: 'holderIdentity?:s leaseDurationSeconds?:i acquireTime?:u renewTime?:u leaseTransitions?:i strategy?:s preferredHolder?:s',
} as const satisfies ShapeTable;
