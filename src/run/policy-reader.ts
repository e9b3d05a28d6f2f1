import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import type { Api } from '../kube/api.ts';
import type { Log } from '../report/log.ts';
import type { Metrics } from '../report/metrics.ts';
import type { ObjectReference } from '../report/kubernetes-events.ts';
import type { Reporter } from '../report/report.ts';
import { readPolicyFile } from './policy-file.ts';

interface ReaderParts {
  readonly api: Api;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'policyValid'>;
  readonly reporter: Reporter;
  readonly regarding: ObjectReference;
}

/** Reads the policy anew for each pass. What is wrong with it is an Event once, and a log line each time. */
export function policyReader({ api, log, metrics, reporter, regarding }: ReaderParts): (file: string) => Promise<RebalancePolicy | undefined> {
  let told = '';
  return async (file) => {
    const read = await readPolicyFile(file, () => api).catch((error: unknown) => ({ because: `The policy ${file} cannot be read: ${String(error)}`, problems: [], warnings: [] }));
    for (const warning of read.warnings) log.debug(`${file}: ${warning}`);
    metrics.policyValid.set('policy' in read ? 1 : 0);
    const because = 'policy' in read ? '' : read.because;
    if ('because' in read && because === told) log.error(because);
    else if ('because' in read) reporter.tell('PolicyRejected', `${because}: nothing is rebalanced until it is corrected`, { regarding });
    told = because;
    return 'policy' in read ? read.policy : undefined;
  };
}
