import type { ActionRecord, ServerRecord } from './server-record.ts';

export const newest = 96;

/** Minor number of the asked microversion (`2.58` → 58), 1 when none is asked, undefined for one that Nova does not have. */
export function microversion(headers: Readonly<Record<string, string | string[] | undefined>>): number | undefined {
  const asked = String(headers['x-openstack-nova-api-version'] ?? headers['openstack-api-version'] ?? '2.1').replace(/^compute /u, '');
  const minor = Number(/^2\.(\d{1,3})$/u.exec(asked)?.[1]);
  return minor >= 1 && minor <= newest ? minor : undefined;
}

export const versionDocument = (base: string) => ({
  version: { id: 'v2.1', status: 'CURRENT', version: `2.${newest}`, min_version: '2.1', updated: '2013-07-23T11:33:21Z', links: [{ rel: 'self', href: `${base}/compute/v2.1/` }], 'media-types': [] },
});

/** `GET /servers/{id}` and each of `GET /servers/detail`. */
export const shownServer = (server: ServerRecord, version: number, admin: boolean) => ({
  id: server.id,
  name: server.name,
  status: server.status,
  tenant_id: 'project-1',
  user_id: 'user-1',
  metadata: {},
  addresses: {},
  links: [],
  image: { id: 'image-1', links: [] },
  flavor: version >= 47 ? { original_name: 'm1.small', vcpus: 1, ram: 2048, disk: 20, ephemeral: 0, swap: 0, extra_specs: {} } : { id: '1', links: [] },
  created: '2026-01-01T00:00:00Z',
  updated: '2026-01-01T00:00:00Z',
  'OS-EXT-STS:task_state': server.taskState,
  'OS-EXT-STS:vm_state': server.vmState,
  'OS-EXT-STS:power_state': server.powerState,
  'OS-EXT-AZ:availability_zone': 'nova',
  ...(version >= 16 && admin ? { host_status: server.hostStatus } : {}),
});

export const shownAction = (server: ServerRecord, { request, action, startTime }: ActionRecord) => ({
  action,
  instance_uuid: server.id,
  request_id: request,
  start_time: startTime,
  updated_at: startTime,
  message: null,
  project_id: 'project-1',
  user_id: 'user-1',
});

/** With its events, which only administrators see before 2.51. */
export const shownActionDetails = (server: ServerRecord, action: ActionRecord, version: number, admin: boolean) => ({
  ...shownAction(server, action),
  ...(version >= 51 || admin ? { events: action.events.map((event) => ({ ...event, hostId: 'host-1' })) } : {}),
});
