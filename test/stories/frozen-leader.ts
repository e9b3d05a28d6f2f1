import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { milliseconds } from '../../src/model/time.ts';
import type { Between } from './calls.ts';
import { refusals } from './judges.ts';
import { againstTheDevice, excessCommands, type MachineEntry } from './judges-power.ts';
import { unprovedWrites } from './judges-proof.ts';
import { eventsAfterTheirTerm, type Term, termsIn, writesOutsideTheirTerm } from './judges-term.ts';
import { cleanUp, oneDeath, settled, type Victim, victimIn } from './one-death.ts';
import { type Frozen, type Replicas, replicas } from './replicas.ts';
import { now, until } from './until.ts';
import type { World } from './world.ts';

/** A world in which each replica of the controller has a way of its own to the API server. */
export interface ReplicatedWorld {
  readonly world: World;
  /** Whoever comes this way is named so in the audit log. */
  between(userAgent: string): Promise<Between>;
  /** The machines' own log. */
  machineLog(): readonly MachineEntry[];
}

export type StartReplicatedWorld = () => Promise<ReplicatedWorld>;

type Action = 'reboot' | 'off';

/** Where the leader is frozen: it has sent this call and not read the answer, or this command is under way at a slow device. */
type Step = { readonly call: string; readonly nth?: number } | { readonly command: 'off' | 'reboot' | 'on' };

interface Plan {
  readonly action: Action;
  readonly step: Step;
  readonly title: string;
}

const frozenFor = 40_000;

/** Slower than a successor needs to take over, and than the script's own limit. */
const slow = milliseconds(6_000);

const status = (step: string): Step => ({ call: `PUT nodefences/status ${step}` });
const plans = (action: Action, ...steps: readonly Step[]): Plan[] => steps.map((step) => ({ action, step, title: titleOf(action, step) }));

/** Of all steps, those whose title matches this regular expression. */
const wanted = new RegExp(process.env['EVENKEEL_FROZEN'] ?? '', 'u');

/** For two clusters side by side; each gets about half of the time. */
const lanes: readonly (readonly Plan[])[] = [
  plans(
    'off',
    { call: 'POST nodefences' },
    status('Detected'),
    status('Isolating'),
    { call: 'PATCH nodes fencing:NoSchedule' },
    status('CommandStarted'),
    { command: 'off' },
    status('CommandClaimed'),
    status('Proved'),
    { call: 'PATCH nodes fencing:NoExecute' },
    status('ReleaseStarted'),
  ),
  [
    ...plans('reboot', status('CommandStarted'), { call: 'PATCH nodes fencing:NoExecute' }, { command: 'reboot' }),
    ...plans(
      'off',
      { call: 'PATCH nodes fencing:NoExecute+out-of-service' },
      { call: 'DELETE pods' },
      { call: 'PATCH nodes fencing:NoExecute', nth: 2 },
      status('PowerOnStarted'),
      { command: 'on' },
      { call: 'PATCH nodes fencing:NoSchedule', nth: 2 },
      status('OnProbation'),
    ),
  ],
].map((lane) => lane.filter(({ title }) => wanted.test(title))).filter((lane) => lane.length > 0);

/** The leader is frozen for 40 s in the middle of each step of a fence, and does not know it when it goes on. */
export function frozenLeader(start: StartReplicatedWorld): void {
  const played: Lane[] = [];

  beforeAll(async () => {
    await Promise.all(lanes.map(async (list) => {
      const lane = await openLane(start);
      played.push(lane);
      for (const plan of list) await playOnce(lane, plan);
      await Promise.all(lane.runs.map(async ({ frozen }) => frozen?.end));
    }));
  }, 1_200_000);

  afterAll(() => Promise.all(played.map(closeLane)));

  it('freezes the leader at every step', async () => {
    await tellFigures(played);
    expect(runsOf(played).filter(({ frozen }) => frozen === undefined).map(({ title }) => title)).toEqual([]);
  });

  it('ends each fence as if nothing had happened', () => {
    expect(runsOf(played).filter(({ problem }) => problem !== undefined).map(({ title, problem }) => `${title}: ${problem}`)).toEqual([]);
    for (const { title, action, end } of runsOf(played)) {
      const asEver = { evidence: [action === 'off' ? 'off' : 'rebooted'], moved: true, taints: [], labels: true, power: 'on', pods: ['elasticsearch-0', 'elasticsearch-1'] };
      expect({ title, end }).toEqual({ title, end: asEver });
    }
  });

  it('makes whoever wakes up without the Lease end by itself, with exit code 1', async () => {
    const ends = await Promise.all(runsOf(played).map(async ({ title, frozen }) => ({ title, code: (await frozen?.end)?.code })));
    expect(ends.filter(({ code }) => code !== 1)).toEqual([]);
  });

  describe.each(lanes.map((_, index) => index))('cluster %i', (index) => {
    const lane = (): Lane => played[index] as Lane;

    it('lets nobody write who does not lead', async () => {
      const audit = await lane().place.world.audit();
      expect(termsIn(audit).length).toBeGreaterThan(lane().runs.length);
      expect(writesOutsideTheirTerm(audit).map((fault) => `${frozenAs(lane(), fault)}: ${fault}`)).toEqual([]);
    });

    it('asks for the power before it sends any command for its predecessor', async () => {
      const { world } = lane().place;
      const terms = termsIn(await world.audit());
      const device = world.machines.device.log().filter(({ step }) => step === 'received');
      const first = lane().runs.flatMap(({ title, frozen, victim, to }) => {
        const since = Date.parse(successor(terms, frozen)?.from ?? '');
        const entry = device.find(({ at, machine }) => machine === victim.node && at >= since && at <= to);
        return entry === undefined || entry.command === 'status' ? [] : [`${title}: ${entry.command}`];
      });
      expect(first).toEqual([]);
    });

    it('sends at most one power command per attempt, and none to a machine that lives', () => {
      const { world, machineLog } = lane().place;
      const device = world.machines.device.log();
      expect(lane().runs.flatMap(({ title, from, to }) => excessCommands(device.filter(({ at }) => at >= from && at <= to), machineLog()).map((fault) => `${title}: ${fault}`))).toEqual([]);
    });

    it('writes nothing destructive without a stored proof and a live look of the same leader', async () => {
      const { world } = lane().place;
      const audit = await world.audit();
      const faults = [...unprovedWrites(audit, termsIn(audit).map(({ from }) => Date.parse(from))), ...againstTheDevice(audit, world.machines.device.log())];
      expect(inRuns(lane(), faults)).toEqual([]);
      expect(refusals(audit)).toEqual([]);
    });

    it('never lets two writers meet on a disk', () => {
      const { machines } = lane().place.world;
      expect([...findCorruption(machines.disks)]).toEqual([]);
      expect(machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
    });

    it('ends nobody else, unless it lost the Lease on a busy machine', () => {
      expect(lane().pair.otherEnds().filter((code) => code !== 1)).toEqual([]);
    });
  });
}

/** A cluster in which one story is told after the other. */
interface Lane {
  readonly place: ReplicatedWorld;
  readonly pair: Replicas;
  readonly runs: Run[];
  /** What replicas are configured to do that start now. */
  action: Action;
}

interface Run {
  readonly title: string;
  readonly action: Action;
  readonly victim: Victim;
  readonly from: number;
  readonly to: number;
  readonly frozen: Frozen | undefined;
  readonly end: unknown;
  readonly problem: string | undefined;
}

async function openLane(start: StartReplicatedWorld): Promise<Lane> {
  const place = await start();
  const { world } = place;
  await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
  const chosen: { action: Action } = { action: 'off' };
  const pair = replicas(async (name) => {
    const between = await place.between(name);
    return { name, between, controller: await world.control({ action: chosen.action, threshold: '1s', timeout: '2s', within: '6s', probation: '500ms' }, between.url) };
  });
  return Object.assign(chosen, { place, pair, runs: [] });
}

async function closeLane({ pair, place }: Lane): Promise<void> {
  await pair.stop();
  await place.world.stop();
}

async function playOnce(lane: Lane, { action, step, title }: Plan): Promise<void> {
  const { place: { world }, pair } = lane;
  if (action !== lane.action) {
    lane.action = action;
    await pair.end();
  }
  await pair.complete();
  await settled(world, () => pair.leader().controller);
  await cleanUp(world);
  const victim = await victimIn(world);
  const from = now().wall;
  const attempt = await Promise.allSettled([oneDeath(world, victim), freezeAt(lane, step, victim)]);
  const [{ value: end, reason: problem }, { value: frozen }] = attempt as [{ value?: unknown; reason?: unknown }, { value?: Frozen }];
  const run: Run = { title, action, victim, from, to: now().wall, frozen, end, problem: problem instanceof Error ? problem.message : undefined };
  lane.runs.push(run);
  await tell(lane, run);
}

function titleOf(action: Action, step: Step): string {
  if ('command' in step) return `${action}: while the device switches ${step.command}`;
  return `${action}: ${step.call}${step.nth === undefined ? '' : ` (${step.nth})`}`;
}

/** Freezes whoever leads when it comes to this step. */
function freezeAt({ place: { world }, pair }: Lane, step: Step, { node }: Victim): Promise<Frozen> {
  return 'call' in step ? freezeAtCall(pair, step) : freezeAtCommand(world, pair, { node, command: step.command });
}

async function freezeAtCall(pair: Replicas, { call, nth = 1 }: Extract<Step, { call: string }>): Promise<Frozen> {
  let frozen: Promise<Frozen> | undefined;
  pair.watch({ call, nth, moment: 'unread' }, async (replica) => {
    // A successor makes the same call.
    await (frozen ??= pair.freeze(replica, frozenFor));
  });
  return until(`the leader is frozen at ${call}`, () => frozen, 120_000);
}

async function freezeAtCommand(world: World, pair: Replicas, { node, command }: { node: string; command: string }): Promise<Frozen> {
  const { device } = world.machines;
  const begin = device.powerCommands(node).length;
  const received = (): boolean => device.powerCommands(node).slice(begin).some((entry) => entry.command === command);
  device.behave(node, { power: { kind: 'honest' } });
  if (command === 'on') await until('the machine is off', () => world.machines.machine(node).power === 'off');
  device.behave(node, { power: { kind: 'slow', by: slow } });
  await until(`${command} is under way`, received);
  device.behave(node, { power: { kind: 'honest' } });
  return pair.freeze(pair.leader(), frozenFor);
}

/** One line for each run, so that a person can watch; all that is known when it went wrong. */
async function tell({ place: { world }, pair }: Lane, { title, from, to, frozen, problem, victim }: Run): Promise<void> {
  console.info(`${title}: ${((to - from) / 1_000).toFixed(1)} s${frozen === undefined ? ', NOT REACHED' : ''}${problem === undefined ? '' : `, ${problem}`}`);
  if (problem === undefined) return;
  // One run that went wrong must not spoil the next: whatever holds the machine, its return ends every fence.
  void world.machines.machine(victim.node).hardReset();
  console.info([JSON.stringify(await world.fences(victim.node), undefined, 1), pair.logs()].join('\n'));
}

const runsOf = (played: readonly Lane[]): Run[] => played.flatMap(({ runs }) => runs);

/** Names the run in which a fault happened. Faults begin with the time of the request. */
const inRuns = ({ runs }: Lane, faults: readonly string[]): string[] =>
  faults.map((fault) => {
    const at = Date.parse(fault.split(' ')[0] ?? '');
    return `${runs.find(({ from, to }) => at >= from && at <= to)?.title ?? 'between two runs'}: ${fault}`;
  });

/** Names the run in which the replica of this fault was frozen: it may have written long after. */
const frozenAs = ({ runs }: Lane, fault: string): string => runs.find(({ frozen }) => frozen !== undefined && fault.includes(` by ${frozen.name},`))?.title ?? 'never frozen';

const successor = (terms: readonly Term[], frozen: Frozen | undefined): Term | undefined =>
  frozen === undefined ? undefined : terms.find(({ leader, from }) => leader !== frozen.name && Date.parse(from) > frozen.at);

/** How long the cluster was without a leader. */
async function tellFigures(played: readonly Lane[]): Promise<void> {
  const leads: number[] = [];
  const writes: number[] = [];
  for (const { place, runs } of played) {
    const audit = await place.world.audit();
    const terms = termsIn(audit);
    for (const { title, frozen } of runs) {
      const term = successor(terms, frozen);
      if (frozen === undefined || term === undefined) continue;
      const since = (time: string): number => (Date.parse(time) - frozen.at) / 1_000;
      const { code, milliseconds: toEnd } = await frozen.end;
      const writing = term.firstWrite === undefined ? [] : [since(term.firstWrite)];
      const first = writing.map((seconds) => `first writes after ${seconds.toFixed(1)} s`)[0] ?? 'loses the Lease before it writes';
      console.info(`${title}: another one leads ${since(term.from).toFixed(1)} s after SIGSTOP and ${first}; exit code ${code} ${toEnd.toFixed(0)} ms after SIGCONT${frozen.stoodBy ? '' : ' (nobody stood by: not counted)'}`);
      if (!frozen.stoodBy) continue;
      leads.push(since(term.from));
      writes.push(...writing);
    }
    for (const event of eventsAfterTheirTerm(audit)) console.info(`An Event that was told late: ${event}`);
  }
  console.info(`Take-over after SIGSTOP, ${leads.length} times, min / median / max: the Lease after ${spread(leads)}, the first write after ${spread(writes)}`);
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  return `${sorted[0]?.toFixed(1)} / ${sorted[sorted.length >> 1]?.toFixed(1)} / ${sorted.at(-1)?.toFixed(1)} s`;
}
