import type { NodeRecord, Taint } from '../../src/model/cluster.ts';
import { fencingTaint, outOfServiceTaint } from '../../src/model/nodefence.ts';
import type { AuditedRequest } from './world.ts';

/** Taints that only we may have put on. */
export const ourTaints = (node: NodeRecord): Taint[] => node.taints.filter(({ key }) => key === fencingTaint || key === outOfServiceTaint);

const controller = 'system:serviceaccount:evenkeel-system:evenkeel';

/** Requests of the controller that cannot be taken back: a force-delete, the out-of-service taint put on, a Node deleted. */
export function destructive(audit: readonly AuditedRequest[]): AuditedRequest[] {
  return audit.filter(({ verb, user, code, object, requestObject }) => {
    if (user !== controller || code >= 400) return false;
    if (verb === 'delete') return object.resource === 'pods' || object.resource === 'nodes' || object.resource === 'volumeattachments';
    return verb === 'patch' && object.resource === 'nodes' && JSON.stringify(requestObject ?? '').includes(outOfServiceTaint);
  });
}
