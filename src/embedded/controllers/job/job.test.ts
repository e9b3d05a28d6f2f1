import { describe, expect, it } from 'vitest';
import { type WorkloadStage, aWorkload, aWorkloadStage } from '../../../../test/builders/workloads.ts';
import { seconds } from '../../../model/time.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { jobController } from './job.ts';
import type { Job } from './objects.ts';

async function started(spec: object): Promise<WorkloadStage> {
  const stage = aWorkloadStage();
  stage.start(jobController());
  stage.store.create(builtInResources.jobs, aWorkload('Job', { name: 'sum', spec: { completions: 1, parallelism: 1, ...spec } }));
  await stage.settle();
  return stage;
}

const statusOf = (stage: WorkloadStage): Job['status'] => stage.get<Job>(builtInResources.jobs, 'sum')?.status;
const conditions = (stage: WorkloadStage): string[] => (statusOf(stage)?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);

describe('a Job', () => {
  it('runs as many pods at a time as it may, until enough have succeeded', async () => {
    const stage = await started({ completions: 3, parallelism: 2 });
    expect(stage.pods()).toEqual(['sum-1', 'sum-2']);
    expect(stage.pod('sum-1')?.metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
    await stage.run();
    expect(statusOf(stage)).toMatchObject({ active: 2, ready: 2, startTime: '2026-01-01T00:00:00Z' });
    await stage.setPhase('sum-1', 'Succeeded');
    expect(stage.pods()).toEqual(['sum-1', 'sum-2', 'sum-3']);
    expect(stage.pod('sum-1')?.metadata.finalizers ?? []).toEqual([]);
    await stage.setPhase('sum-2', 'Succeeded');
    expect(conditions(stage)).toEqual([]);
    await stage.setPhase('sum-3', 'Succeeded');
    expect(conditions(stage)).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
    expect(statusOf(stage)).toMatchObject({ succeeded: 3, completionTime: '2026-01-01T00:00:00Z' });
    expect(statusOf(stage)).not.toHaveProperty('active');
    expect(stage.events('sum').at(-1)).toBe('Completed');
  });

  it('replaces a failed pod after a wait that doubles, and gives up beyond the limit', async () => {
    const stage = await started({ backoffLimit: 1 });
    await stage.setPhase('sum-1', 'Failed');
    expect(stage.pods()).toEqual(['sum-1']);
    await stage.pass(seconds(10));
    expect(stage.pods()).toEqual(['sum-1', 'sum-2']);
    await stage.setPhase('sum-2', 'Failed');
    await stage.pass(seconds(3_600));
    expect(stage.pods()).toEqual(['sum-1', 'sum-2']);
    expect(conditions(stage)).toEqual(['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']);
    expect(statusOf(stage)).toMatchObject({ failed: 2 });
  });

  it('counts a pod that was deleted as failed, lets it go, and replaces it without waiting', async () => {
    const stage = await started({});
    await stage.run();
    await stage.remove('sum-1');
    expect(statusOf(stage)).toMatchObject({ failed: 1 });
    expect(stage.pods()).toEqual(['sum-2']);
  });

  it('ends all its pods at the deadline, and is over when they are', async () => {
    const stage = await started({ activeDeadlineSeconds: 60, parallelism: 2, completions: 2 });
    stage.bind();
    await stage.run();
    await stage.pass(seconds(60));
    expect(stage.pods()).toEqual(['sum-1 (ending)', 'sum-2 (ending)']);
    expect(conditions(stage)).toEqual(['FailureTarget DeadlineExceeded']);
    await stage.end();
    expect(conditions(stage)).toEqual(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    expect(statusOf(stage)).toMatchObject({ failed: 2, terminating: 0 });
  });

  it('without completions is done when one pod has succeeded and the others have ended', async () => {
    const stage = await started({ parallelism: 2, completions: undefined });
    await stage.setPhase('sum-1', 'Succeeded');
    expect(conditions(stage)).toEqual([]);
    await stage.setPhase('sum-2', 'Failed');
    expect(conditions(stage)).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
  });
});
