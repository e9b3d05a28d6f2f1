import type { ServerRecord } from './server-record.ts';

interface Command {
  readonly action: string;
  readonly event: string;
  /** From which states Nova takes it up; otherwise 409. */
  readonly from: readonly string[];
  readonly task: string;
  apply(server: ServerRecord): void;
}

const running = { status: 'ACTIVE', powerState: 1, vmState: 'active' };
const stopped = { status: 'SHUTOFF', powerState: 4, vmState: 'stopped' };

const commands: Readonly<Record<string, Command>> = {
  reboot: {
    action: 'reboot',
    event: 'compute_reboot_instance',
    from: ['active', 'stopped', 'paused', 'suspended', 'error'],
    task: 'reboot_started_hard',
    apply: (server) => void Object.assign(server, running, { boots: server.boots + 1 }),
  },
  'os-stop': { action: 'stop', event: 'compute_stop_instance', from: ['active', 'error'], task: 'powering-off', apply: (server) => void Object.assign(server, stopped) },
  'os-start': {
    action: 'start',
    event: 'compute_start_instance',
    from: ['stopped'],
    task: 'powering-on',
    apply: (server) => void Object.assign(server, running, { boots: server.boots + 1 }),
  },
};

export type Answer = { readonly status: 202 } | { readonly status: 400 | 409; readonly message: string };

/** `POST /servers/{id}/action`: Nova accepts at once; the compute host acts later, or never. */
export function command(server: ServerRecord, body: Readonly<Record<string, unknown>>, request: string, later: (act: () => void) => void): Answer {
  const name = Object.keys(body)[0] ?? '';
  const known = commands[name];
  if (known === undefined || (name === 'reboot' && !isHard(body['reboot']))) return { status: 400, message: `Invalid input for action ${name}` };
  if (!known.from.includes(server.vmState) || server.taskState !== null) {
    const state = server.taskState === null ? `vm_state ${server.vmState}` : `task_state ${server.taskState}`;
    return { status: 409, message: `Cannot '${known.action}' instance ${server.id} while it is in ${state}` };
  }
  start(server, known, request);
  if (server.host !== 'dead') later(() => finish(server, known));
  return { status: 202 };
}

const isHard = (reboot: unknown): boolean => typeof reboot === 'object' && reboot !== null && 'type' in reboot && reboot.type === 'HARD';

function start(server: ServerRecord, { action, event, task }: Command, request: string): void {
  server.taskState = task;
  if (action === 'reboot') server.status = 'HARD_REBOOT';
  const startTime = new Date().toISOString().replace('Z', '000');
  const events = server.host === 'dead' ? [] : [{ event, start_time: startTime, finish_time: null, result: null }];
  server.actions.unshift({ request, action, startTime, events });
}

function finish(server: ServerRecord, { apply }: Command): void {
  const failed = server.host === 'fails';
  if (failed) Object.assign(server, { status: 'ERROR', vmState: 'error' });
  else apply(server);
  server.taskState = null;
  const event = server.actions[0]?.events[0];
  if (event !== undefined) Object.assign(event, { finish_time: new Date().toISOString().replace('Z', '000'), result: failed ? 'Error' : 'Success' });
}
