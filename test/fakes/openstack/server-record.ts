/** A server as Nova keeps it. Numbers of the power state: 0 none, 1 running, 3 paused, 4 shut down, 6 crashed, 7 suspended. */
export interface ServerRecord {
  readonly id: string;
  readonly name: string;
  status: string;
  taskState: string | null;
  powerState: number;
  vmState: string;
  /** Shown from microversion 2.16 on, to administrators. */
  hostStatus: 'UP' | 'DOWN' | 'UNKNOWN' | 'MAINTENANCE';
  /** What the compute host does with a command: carries it out, fails, or is dead although Nova has accepted it. */
  host: 'works' | 'fails' | 'dead';
  /** Reaches the machine itself: what the guest really is, whatever the record says. */
  boots: number;
  readonly actions: ActionRecord[];
}

export interface ActionRecord {
  readonly request: string;
  readonly action: string;
  readonly startTime: string;
  readonly events: { readonly event: string; readonly start_time: string; finish_time: string | null; result: string | null }[];
}

export const aServer = (changes: Partial<ServerRecord> = {}): ServerRecord => ({
  id: '6f1c0f2e-8d1b-4b64-9a3a-0c6a54c3f001',
  name: 'worker-1',
  status: 'ACTIVE',
  taskState: null,
  powerState: 1,
  vmState: 'active',
  hostStatus: 'UP',
  host: 'works',
  boots: 1,
  actions: [],
  ...changes,
});

export const shutOff = { status: 'SHUTOFF', powerState: 4, vmState: 'stopped' } as const;
