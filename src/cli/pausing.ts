import { type Api, answered } from '../kube/api.ts';
import type { LeaseObject } from '../kube/lease-object.ts';
import { readLease } from '../kube/lease-object.ts';
import { objectPath, resources } from '../kube/paths.ts';
import { pauseLease } from '../kube/permissions.ts';
import { parsePause, type PauseRecord } from '../kube/records/pause.ts';
import { Refused } from './person.ts';

export const namespaceOption = ['--namespace <namespace>', 'where evenkeel is installed', 'evenkeel-system'] as const;

/** The Lease that pauses evenkeel while it has a holder. */
export async function readPause(api: Api, namespace: string): Promise<PauseRecord> {
  const lease = await readLease(api, { namespace, name: pauseLease });
  if (lease === undefined) throw new Refused(`There is no Lease ${pauseLease} in ${namespace}: it comes with kubectl apply -k manifests/base; --namespace names another namespace`);
  return parsePause(lease);
}

/** Writes it on the version that was read: two people who pause and resume at once notice each other. */
export async function writePause(api: Api, namespace: string, { resourceVersion, uid }: PauseRecord, next: { readonly spec: LeaseObject['spec']; readonly annotations: Readonly<Record<string, string | null>> }): Promise<void> {
  try {
    await api.call({
      verb: 'PATCH',
      path: objectPath(resources.leases, { namespace, name: pauseLease }),
      patch: 'application/merge-patch+json',
      body: { metadata: { uid, resourceVersion, annotations: next.annotations }, spec: next.spec },
    });
  } catch (error) {
    if (answered(error, 409)) throw new Refused('Somebody else has paused or resumed in this moment: look with evenkeel pause --show, then try again');
    throw error;
  }
}
