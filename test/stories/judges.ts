import type { NodeRecord, Taint } from '../../src/model/cluster.ts';
import { fencingTaint, outOfServiceTaint } from '../../src/model/nodefence.ts';
import type { AuditedRequest } from './world.ts';

/** Taints that only we may have put on. */
export const ourTaints = (node: NodeRecord): Taint[] => node.taints.filter(({ key }) => key === fencingTaint || key === outOfServiceTaint);

/** Who `evenkeel run` is in the audit log. */
export const controllerAccount = 'system:serviceaccount:evenkeel-system:evenkeel';

/** Requests of the controller that cannot be taken back: a force-delete, the out-of-service taint put on, a Node deleted. */
export function destructive(audit: readonly AuditedRequest[]): AuditedRequest[] {
  return audit.filter(({ verb, user, code, object, requestObject }) => {
    if (user !== controllerAccount || code >= 400) return false;
    if (verb === 'delete') return object.resource === 'pods' || object.resource === 'nodes' || object.resource === 'volumeattachments';
    return verb === 'patch' && object.resource === 'nodes' && JSON.stringify(requestObject ?? '').includes(outOfServiceTaint);
  });
}

/** Answers that say that the controller may not do, or that it writes what nobody accepts. A 404, 409, 410 or 429 is the daily life of a client. */
export const refusals = (audit: readonly AuditedRequest[]): string[] => [
  ...new Set(audit.filter(({ user, code }) => user === controllerAccount && [400, 401, 403, 405, 415, 422].includes(code)).map(({ verb, uri, code }) => `${code} ${verb} ${uri.split('?')[0] ?? ''}`)),
];
