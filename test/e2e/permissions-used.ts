import type { Permission } from '../../src/kube/permissions.ts';
import type { AuditEntry } from '../control-plane/control-plane.ts';

export interface PermissionUse {
  /** Requests that were refused for want of a right, as `verb group/resource namespace/name`: the role is too small. */
  readonly refused: readonly string[];
  /** Permissions that no request needed: the role is too large, or the story did not get there. */
  readonly unused: readonly Permission[];
}

/** Holds what a user really did, by the audit log of the API server, against what it is granted. */
export function permissionUse(entries: readonly AuditEntry[], user: string, granted: readonly Permission[]): PermissionUse {
  // Asking about one's own rights needs none that a role of ours grants.
  const mine = entries.filter((entry) => entry.user === user && entry.object.resource !== '' && entry.object.group !== 'authorization.k8s.io');
  return {
    refused: [...new Set(mine.filter(({ code }) => code === 403).map(described))].sort(),
    unused: granted.filter((permission) => !mine.some((entry) => entry.code !== 403 && needs(entry, permission))),
  };
}

function needs({ verb, object }: AuditEntry, permission: Permission): boolean {
  return (
    verb === permission.verb &&
    object.group === permission.resource.group &&
    object.resource === permission.resource.plural &&
    object.subresource === (permission.subresource ?? '') &&
    (permission.namespace === undefined || permission.namespace === object.namespace) &&
    (permission.name === undefined || permission.name === object.name)
  );
}

const described = ({ verb, object }: AuditEntry): string =>
  `${verb} ${object.group}/${object.resource}${object.subresource === '' ? '' : `/${object.subresource}`} ${object.namespace}/${object.name}`;
