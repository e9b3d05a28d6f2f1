import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { objectPath, resources } from '../../src/kube/paths.ts';
import { type Between, type CallPoint, isRead } from './calls.ts';
import { refusals } from './judges.ts';
import { againstTheDevice, excessCommands, type MachineEntry } from './judges-power.ts';
import { unprovedWrites } from './judges-proof.ts';
import { cleanUp, oneDeath, settled, system, victimIn } from './one-death.ts';
import { type Supervisor, supervise } from './supervisor.ts';
import { now } from './until.ts';
import type { World } from './world.ts';

/** A world with something between the controller and its API server. */
export interface InterceptedWorld {
  readonly world: World;
  readonly between: Between;
  /** The machines' own log. */
  machineLog(): readonly MachineEntry[];
}

export type StartInterceptedWorld = () => Promise<InterceptedWorld>;

/** One place at which the controller dies because its script kills it: before, while or after the script acts. */
interface ScriptPoint {
  readonly action: 'status' | 'off' | 'reboot' | 'on';
  readonly nth: number;
  readonly moment: 'before' | 'while' | 'after';
}

type Action = 'reboot' | 'off';

/** One run of a story. Without points it is undisturbed. */
interface Plan {
  readonly action: Action;
  readonly title: string;
  readonly calls: readonly CallPoint[];
  readonly script?: ScriptPoint;
  /** Leave the Leases of the slots of earlier runs there, to be taken instead of made. */
  readonly oldSlots?: boolean;
}

interface Run {
  readonly plan: Plan;
  readonly from: number;
  readonly to: number;
  /** How many of its points were reached. */
  readonly hit: number;
  readonly calls: readonly string[];
  readonly end: unknown;
  readonly problem: string | undefined;
}

/** `all`: every call, reads too, at every moment, one by one. Other text: of all these, the ones with it in their title. Otherwise the selection that `plansFor` makes. */
const wanted = process.env['EVENKEEL_FAILPOINTS'] ?? '';
const everything = wanted !== '';
const isWanted = ({ title }: Plan): boolean => wanted === '' || wanted === 'all' || title.includes(wanted);

/**
 * kill -9 of the controller around every external call of the first two stories: calls of the API server, and the fence
 * script. A new controller is started each time, and the story must end as if nothing had happened.
 */
export function failpoints(start: StartInterceptedWorld): void {
  const lanes: Lane[] = [];

  beforeAll(async () => {
    lanes.push(...(await Promise.all([openLane(start, 'reboot'), openLane(start, 'off')])));
    const queues = await Promise.all(lanes.map(prepare));
    await Promise.all(lanes.map((lane, index) => play(lane, queues[index] ?? [], queues[1 - index] ?? [])));
  }, everything ? 7_200_000 : 2_400_000);

  afterAll(() => Promise.all(lanes.map(closeLane)));

  it('reaches every failpoint', () => {
    const runs = lanes.flatMap((lane) => lane.runs);
    for (const action of ['reboot', 'off'] as const) console.info(`${action}: ${summary(runs.filter(({ plan }) => plan.action === action))}`);
    expect(runs.filter((run) => !isReached(run)).map(({ plan }) => plan.title)).toEqual([]);
  });

  it('ends each time as the undisturbed story does', () => {
    const runs = lanes.flatMap((lane) => lane.runs);
    expect(runs.filter(({ problem }) => problem !== undefined).map(({ plan, problem }) => `${plan.title}: ${problem}`)).toEqual([]);
    for (const { plan, end } of runs) expect({ title: plan.title, end }).toEqual({ title: plan.title, end: runs.find((run) => run.plan.action === plan.action)?.end });
  });

  describe.each([0, 1])('cluster %i', (index) => {
    const lane = (): Lane => lanes[index] as Lane;

    it('sends at most one power command per attempt, and none to a machine that lives', () => {
      const { world, machineLog } = lane().place;
      const device = world.machines.device.log();
      expect(lane().runs.flatMap((run) => excessCommands(device.filter(({ at }) => during(run, at)), machineLog()).map((fault) => `${run.plan.title}: ${fault}`))).toEqual([]);
    });

    it('writes nothing destructive without a stored proof and a live look before it', async () => {
      const { world } = lane().place;
      const audit = await world.audit();
      const faults = [...unprovedWrites(audit, lane().supervisor.starts()), ...againstTheDevice(audit, world.machines.device.log())];
      expect(faults.map((fault) => `${titleAt(lane().runs, fault)}: ${fault}`)).toEqual([]);
      expect(refusals(audit)).toEqual([]);
    });

    it('never lets two writers meet on a disk', () => {
      const { machines } = lane().place.world;
      expect([...findCorruption(machines.disks)]).toEqual([]);
      expect(machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
    });

    it('ends by itself only when leadership is lost', () => {
      expect(lane().supervisor.otherEnds().filter((end) => end !== 1)).toEqual([]);
    });
  });
}

/** A cluster in which one story is told after the other. */
interface Lane {
  readonly place: InterceptedWorld;
  readonly supervisor: Supervisor;
  readonly strikeFile: string;
  readonly runs: Run[];
  /** What the controller is configured to do now. */
  action: Action;
}

async function openLane(start: StartInterceptedWorld, action: Action): Promise<Lane> {
  const place = await start();
  const { world, between } = place;
  await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
  const strikeFile = join(world.directory, 'strike');
  const parameters = { url: await world.machines.serve(), strike: strikeFile };
  const chosen = { action };
  const supervisor = await supervise(() => world.control({ action: chosen.action, script: 'strikes', parameters, threshold: '1s', timeout: '2s', within: '6s', probation: '500ms' }, between.url));
  return Object.assign(chosen, { place, supervisor, strikeFile, runs: [] });
}

async function closeLane({ supervisor, place }: Lane): Promise<void> {
  await supervisor.stop();
  await place.between.close();
  await place.world.stop();
}

/** Tells the lane's story undisturbed, and makes the list of failpoints from the calls that it saw. */
async function prepare(lane: Lane): Promise<Plan[]> {
  const { action } = lane;
  const first = await playOnce(lane, { action, title: `${action}: undisturbed`, calls: [] });
  if (first.problem !== undefined) throw new Error(`The undisturbed story (${action}) did not end: ${first.problem}`);
  console.info(`${action}: ${first.calls.length} calls: ${first.calls.join(', ')}`);
  return plansFor(action, first.calls);
}

/** Its own list first, then the rest of the other lane's. */
async function play(lane: Lane, own: Plan[], others: Plan[]): Promise<void> {
  for (let plan = own.shift() ?? others.pop(); plan !== undefined; plan = own.shift() ?? others.pop()) {
    if (plan.action !== lane.action) {
      lane.action = plan.action;
      await lane.supervisor.strike();
      await letLeaseRunOut(lane);
    }
    await playOnce(lane, plan);
  }
}

/** What cannot be taken back, sends power, or holds a slot: here it matters on which side of the call the controller dies. */
const delicate = /CommandStarted|NoExecute|DELETE|PowerOn|given back/u;

/**
 * Every writing call with the reply lost after it was applied, the delicate ones also before and after; the script before,
 * while and after it acts; and one run in which the reply to each writing call is lost once while the process lives on.
 */
function plansFor(action: Action, calls: readonly string[]): Plan[] {
  const places = numbered(calls);
  const writes = places.filter(({ call }) => !isRead(call));
  const one = (point: CallPoint): Plan => ({ action, title: `${action}: ${point.moment} ${point.call} (${point.nth})`, calls: [point] });
  const moments = ['before', 'lost', 'after'] as const;
  const kills = everything
    ? places.flatMap((place) => moments.map((moment) => one({ ...place, moment })))
    : writes.flatMap((place) => (delicate.test(place.call) ? moments : (['lost'] as const)).map((moment) => one({ ...place, moment })));
  const resets = everything ? places.map((place) => one({ ...place, moment: 'reset' })) : [];
  const together: Plan = { action, title: `${action}: reset at every write, once each`, calls: writes.filter(({ nth }) => nth === 1).map((place) => ({ ...place, moment: 'reset' as const })) };
  const oldSlot: Plan = { ...one({ call: 'PUT slot taken', nth: 1, moment: 'lost' }), title: `${action}: lost PUT slot taken from an ended fence`, oldSlots: true };
  return [together, oldSlot, ...scriptPoints(action), ...kills, ...resets].filter(isWanted);
}

function numbered(calls: readonly string[]): { call: string; nth: number }[] {
  const counts = new Map<string, number>();
  return calls.map((call) => {
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    return { call, nth };
  });
}

function scriptPoints(action: Action): Plan[] {
  const of = (points: ScriptPoint): Plan => ({ action, title: `${action}: ${points.moment} script ${points.action} (${points.nth})`, calls: [], script: points });
  const moments = ['before', 'while', 'after'] as const;
  const commands = (action === 'off' ? (['off', 'on'] as const) : (['reboot'] as const)).flatMap((each) => moments.map((moment) => of({ action: each, nth: 1, moment })));
  // The first status comes before the command; of `off`, three more are the proof.
  const reads = (action === 'off' ? [1, 2, 4] : [1]).map((nth) => of({ action: 'status', nth, moment: 'after' }));
  return [...commands, ...reads];
}

async function playOnce(lane: Lane, plan: Plan): Promise<Run> {
  const { world, between } = lane.place;
  let hit = 0;
  await settled(world, () => lane.supervisor.current());
  await cleanUp(world, plan);
  const victim = await victimIn(world);
  const from = now().wall;
  rmSync(`${lane.strikeFile}.done`, { force: true });
  if (plan.script !== undefined) writeFileSync(lane.strikeFile, `${plan.script.action} ${plan.script.nth} ${plan.script.moment}\n`);
  between.begin(plan.calls, async ({ moment }) => {
    hit += 1;
    if (moment === 'reset') return;
    await lane.supervisor.strike();
    // A reply is lost with the whole wait for the Lease of the dead; otherwise a successor comes as early as it can.
    if (moment !== 'lost') await letLeaseRunOut(lane);
  });
  let problem: string | undefined;
  let end: unknown;
  try {
    // When the replies to both last writes are lost, the slot stays with a fence that has ended: the next run takes it over.
    end = await oneDeath(world, victim, plan.calls.length > 1);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  if (plan.script !== undefined && existsSync(`${lane.strikeFile}.done`)) hit += 1;
  const run: Run = { plan, from, to: now().wall, hit, calls: [...between.calls()], end, problem };
  between.begin([], () => Promise.resolve());
  rmSync(lane.strikeFile, { force: true });
  lane.runs.push(run);
  await tell(lane, run, victim.node);
  return run;
}

/** One line for each run, so that a person can watch; all that is known when it went wrong. */
async function tell({ place: { world }, supervisor }: Lane, run: Run, victim: string): Promise<void> {
  const { machines } = world;
  const { plan, from, to, problem, calls } = run;
  console.info(`${plan.title}: ${((to - from) / 1_000).toFixed(1)} s${isReached(run) ? '' : ', NOT REACHED'}${problem === undefined ? '' : `, ${problem}`}`);
  if (problem === undefined) return;
  // One run that went wrong must not spoil the next: whatever holds the machine, its return ends every fence.
  void machines.machine(victim).hardReset();
  console.info([calls.join(', '), JSON.stringify(await world.fences(victim), undefined, 1), supervisor.current().raw().slice(-10_000)].join('\n'));
}

async function letLeaseRunOut({ place: { world } }: Lane): Promise<void> {
  await world.admin.call({ verb: 'PATCH', path: objectPath(resources.leases, { namespace: system, name: 'evenkeel' }), patch: 'application/merge-patch+json', body: { spec: { holderIdentity: '' } } });
}

const pointsOf = ({ calls, script }: Plan): number => calls.length + (script === undefined ? 0 : 1);
const isReached = ({ plan, hit }: Run): boolean => hit === pointsOf(plan);

const during = ({ from, to }: Run, at: number): boolean => at >= from && at <= to;

/** Faults begin with the time of the request. */
const titleAt = (runs: readonly Run[], fault: string): string => runs.find((run) => during(run, Date.parse(fault.split(' ')[0] ?? '')))?.plan.title ?? 'between two runs';

function summary(runs: readonly Run[]): string {
  const points = runs.reduce((sum, { hit }) => sum + hit, 0);
  const seconds = runs.reduce((sum, { from, to }) => sum + to - from, 0) / 1_000;
  return `${points} failpoints in ${runs.length} runs, ${seconds.toFixed(0)} s`;
}
