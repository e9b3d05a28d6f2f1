import { fields, list, text, textMap, within } from '../../../../kube/records/fields.ts';
import type { Column } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import { ageColumn, column, nameColumn, textAt, wide } from '../printing/columns.ts';

export const nodeColumns: readonly Column[] = [
  nameColumn,
  column('Status', statusOf),
  column('Roles', rolesOf),
  ageColumn,
  column('Version', textAt(['status', 'nodeInfo', 'kubeletVersion'])),
  wide('Internal-IP', addressOf('InternalIP')),
  wide('External-IP', addressOf('ExternalIP')),
  wide('OS-Image', textAt(['status', 'nodeInfo', 'osImage'], '<unknown>')),
  wide('Kernel-Version', kernelOf),
  wide('Container-Runtime', textAt(['status', 'nodeInfo', 'containerRuntimeVersion'], '<unknown>')),
];

function statusOf(node: KubeObject): string {
  const ready = list(fields(node.status), 'conditions').map(fields).findLast((each) => text(each, 'type') === 'Ready');
  const word = ready === undefined ? 'Unknown' : text(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return fields(node.spec)['unschedulable'] === true ? `${word},SchedulingDisabled` : word;
}

const rolePrefix = 'node-role.kubernetes.io/';

function rolesOf({ metadata }: KubeObject): string {
  const roles = Object.entries(textMap(fields(metadata), 'labels')).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.length > rolePrefix.length ? [key.slice(rolePrefix.length)] : [];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return roles.length === 0 ? '<none>' : [...new Set(roles)].sort().join(',');
}

function addressOf(type: string): (node: KubeObject) => string {
  return ({ status }) => {
    const found = list(fields(status), 'addresses').map(fields).find((each) => text(each, 'type') === type);
    return found === undefined ? '<none>' : text(found, 'address');
  };
}

function kernelOf({ status }: KubeObject): string {
  const info = within(fields(status), 'nodeInfo');
  const [kernel, architecture] = [text(info, 'kernelVersion'), text(info, 'architecture')];
  return `${kernel === '' ? '<unknown>' : kernel}${architecture === '' ? '' : ` (${architecture})`}`;
}
