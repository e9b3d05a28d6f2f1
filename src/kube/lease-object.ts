import type { Duration, Now } from '../model/time.ts';
import { type Api, answered, type ApiRequest } from './api.ts';
import { collectionPath, objectPath, resources } from './paths.ts';
import { rfc3339Micro } from './timestamps.ts';

/** A `coordination.k8s.io/v1` Lease as it travels. What we do not know of is kept and sent back. */
export interface LeaseObject {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: LeaseSpec | null;
}

export interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number | null;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
  /** Counts the take-overs. */
  readonly leaseTransitions?: number | null;
}

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

export type Patience = Pick<ApiRequest, 'limit' | 'signal'>;

/** Reads a Lease, from etcd itself; `undefined` when there is none. */
export async function readLease(api: Api, { namespace, name }: LeaseName, patience: Patience = {}): Promise<LeaseObject | undefined> {
  try {
    return await api.call<LeaseObject>({ verb: 'GET', path: objectPath(resources.leases, { namespace, name }), ...patience });
  } catch (error) {
    if (answered(error, 404)) return undefined;
    throw error;
  }
}

/** Creates it; 409 when somebody was faster. */
export function createLease(api: Api, lease: LeaseObject, patience: Patience = {}): Promise<LeaseObject> {
  return api.call<LeaseObject>({ verb: 'POST', path: collectionPath(resources.leases, lease.metadata.namespace), body: lease, ...patience });
}

/** Writes it on the version that was read; 409 when it has changed since. */
export function replaceLease(api: Api, lease: LeaseObject, patience: Patience = {}): Promise<LeaseObject> {
  return api.call<LeaseObject>({ verb: 'PUT', path: objectPath(resources.leases, lease.metadata), body: lease, ...patience });
}

export const newLease = ({ namespace, name }: LeaseName, spec: LeaseSpec): LeaseObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace, name },
  spec,
});

/** The spec of a holder that begins now. */
export const heldFrom = (now: Now, holder: string, duration: Duration, transitions: number): LeaseSpec => ({
  holderIdentity: holder,
  leaseDurationSeconds: Math.max(1, Math.ceil(duration / 1_000)),
  acquireTime: rfc3339Micro(now.wall),
  renewTime: rfc3339Micro(now.wall),
  leaseTransitions: transitions,
});

export const holderOf = (lease: LeaseObject | undefined): string => (typeof lease?.spec?.holderIdentity === 'string' ? lease.spec.holderIdentity : '');

export const transitionsOf = (lease: LeaseObject | undefined): number => (Number.isSafeInteger(lease?.spec?.leaseTransitions) ? Number(lease?.spec?.leaseTransitions) : 0);
