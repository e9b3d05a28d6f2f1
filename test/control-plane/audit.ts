import { readFile } from 'node:fs/promises';

/** One request that the API server answered, in the order of its answers. */
export interface AuditEntry {
  readonly auditID: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  /** Whose rights counted: the impersonated user where there is one. */
  readonly user: string;
  readonly groups: readonly string[];
  readonly userAgent: string;
  readonly uri: string;
  /** HTTP status of the answer. */
  readonly code: number;
  readonly object: { readonly group: string; readonly resource: string; readonly subresource: string; readonly namespace: string; readonly name: string };
  /** Body of a write: the object, the patch, or the DeleteOptions with its preconditions. Absent for reads, Events, Secrets, tokens and kubelets' Leases. */
  readonly requestObject: unknown;
  /** The object afterwards; for writes that do not come from kubelets. */
  readonly responseObject: unknown;
  /** When the API server got the request; RFC 3339 with microseconds, so that text order is time order. */
  readonly receivedTimestamp: string;
  /** When it had answered (for a watch: when the watch ended). */
  readonly stageTimestamp: string;
}

const reads = ['get', 'list', 'watch'];

/** First match wins. What the tests look at is in full; what would drown it is not there. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  omitManagedFields: true,
  rules: [
    { level: 'None', verbs: reads, users: ['system:kube-controller-manager', 'system:kube-scheduler', 'system:apiserver'] },
    { level: 'None', verbs: reads, userGroups: ['system:serviceaccounts:kube-system'] },
    { level: 'None', nonResourceURLs: ['/healthz*', '/readyz*', '/livez*', '/api', '/apis', '/api/*', '/apis/*', '/openapi/*'] },
    { level: 'Metadata', verbs: reads },
    // Never a credential in a log, and no noise.
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets', 'serviceaccounts/token', 'events'] }, { group: 'events.k8s.io' }, { group: 'authentication.k8s.io' }, { group: 'authorization.k8s.io' }] },
    { level: 'Metadata', namespaces: ['kube-node-lease'], resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    { level: 'Request', userGroups: ['system:nodes'] },
    { level: 'RequestResponse' },
  ],
};

/** Reads the log as far as it is written; a last line that is still being written is left out. */
export async function readAudit(path: string): Promise<AuditEntry[]> {
  const text = await readFile(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').filter((line) => line !== '').map((line) => entry(JSON.parse(line) as RawEntry));
}

interface RawEntry {
  auditID: string;
  verb: string;
  user: { username: string; groups?: string[] };
  impersonatedUser?: { username: string; groups?: string[] };
  userAgent?: string;
  requestURI: string;
  responseStatus?: { code?: number };
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string; namespace?: string; name?: string };
  requestObject?: unknown;
  responseObject?: unknown;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
}

function entry(raw: RawEntry): AuditEntry {
  const who = raw.impersonatedUser ?? raw.user;
  return {
    auditID: raw.auditID,
    verb: raw.verb,
    user: who.username,
    groups: who.groups ?? [],
    userAgent: raw.userAgent ?? '',
    uri: raw.requestURI,
    code: raw.responseStatus?.code ?? 0,
    object: reference(raw.objectRef ?? {}),
    requestObject: raw.requestObject,
    responseObject: raw.responseObject,
    receivedTimestamp: raw.requestReceivedTimestamp,
    stageTimestamp: raw.stageTimestamp,
  };
}

function reference({ apiGroup = '', resource = '', subresource = '', namespace = '', name = '' }: NonNullable<RawEntry['objectRef']>): AuditEntry['object'] {
  return { group: apiGroup, resource, subresource, namespace, name };
}
