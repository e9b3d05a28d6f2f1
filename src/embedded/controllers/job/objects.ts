import type { KubeObject } from '../../api-server/object.ts';
import type { Condition, PodTemplate, RawSelector } from '../workload/objects.ts';

export type JobSpec = {
  readonly parallelism?: number;
  /** Absent: done when any pod succeeds. */
  readonly completions?: number;
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly completionMode?: string;
  readonly suspend?: boolean;
  readonly podReplacementPolicy?: string;
  readonly selector?: RawSelector;
  readonly template: PodTemplate;
};

export type JobStatus = {
  readonly conditions?: readonly Condition[];
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] };
};

export interface Job extends KubeObject {
  readonly spec: JobSpec;
  readonly status?: JobStatus;
}

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

const hasCondition = ({ status }: Job, type: string): boolean => status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
export const isFinished = (job: Job): boolean => hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
