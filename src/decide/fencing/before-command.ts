import type { NodeRecord } from '../../model/cluster.ts';
import type { Configuration } from '../../model/configuration.ts';
import type { Advance, Decision } from '../../model/decision.ts';
import { fencingTaint, type NodeFence, type NodeFenceStatus } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { elapsed, formatDuration, type Now } from '../../model/time.ts';
import { advanceTo, end, levelAfter, predecessor, step, wait } from './cases.ts';
import { type Case, lastReading, proofLifetime, readingDue, signOfLife } from './fresh.ts';
import { type Census, type Guard, type Refusal, refusal, windowOf } from './guards.ts';
import { machineOf, planFor } from './plan.ts';
import { byPerson } from './requests.ts';

export interface View {
  readonly snapshot: Snapshot;
  readonly config: Configuration;
  readonly census: Census;
  readonly now: Now;
}

/** A record without status: remembers what the node is now, and the policy that this attempt will keep to. */
export function takeUp(fence: NodeFence, node: NodeRecord, view: View): Decision {
  const { snapshot, config } = view;
  const before = predecessor(fence, snapshot.fences);
  const level = levelOf(fence, before, snapshot);
  const planned = level > 0 && before?.status !== undefined ? { kind: 'planned' as const, ...before.status.policy } : planFor(node, config.fencing, snapshot, fence.spec.method);
  const asked = byPerson(fence) ? `${fence.spec.requestedBy} asks that ${node.name} be fenced` : `${node.name} is taken for dead`;
  const note = `${asked} (${fence.spec.reason}); attempt ${fence.spec.attempt} is recorded before anything is done`;
  const { labels, taints } = config.fencing.return.restore;
  const status: Omit<NodeFenceStatus, 'timeline' | 'leaderEpoch' | 'conditions'> = {
    phase: 'Held',
    reason: 'Checking',
    message: note,
    evidence: { class: 'none', items: [] },
    level,
    policy: {
      methods: planned.kind === 'planned' ? planned.methods : [],
      plan: planned.kind === 'planned' ? planned.plan : [],
      release: config.fencing.release,
      return: config.fencing.return,
    },
    identity: { systemUUID: node.systemUUID, machineID: node.machineID, leaseRenewTime: snapshot.heartbeat(node.name)?.renewTime ?? '' },
    before: {
      labels: Object.fromEntries(Object.entries(node.labels).filter(([key]) => labels.includes(key))),
      taints: node.taints.filter(({ key }) => taints.includes(key)),
      drivers: snapshot.driversOn(node.name),
    },
    displaced: [],
  };
  return { kind: 'advance', fence, advance: step('Detected', byPerson(fence) ? 'Requested' : 'NotReady', note, status), releaseSlot: false };
}

/** A level is an index into a plan: whoever goes on from one keeps to the plan of the attempt before. */
function levelOf(fence: NodeFence, before: NodeFence | undefined, { fences }: Snapshot): number {
  if (fence.spec.method !== before?.spec.method) return 0;
  if (before?.status?.reason === 'NotProved') return levelAfter(before, fences);
  return before?.status?.reason === 'Superseded' ? before.status.level : 0;
}

/** Held: the threshold has passed and a guard may say no. */
export function decideHeld(at: Case, node: NodeRecord, view: View): Decision {
  const over = overBeforeCommand(at, node) ?? otherMachine(at, node, view);
  if (over !== undefined) return over;
  const no = refusal(node, at.fence, view);
  if (no !== undefined) {
    // An attempt that followed another may have inherited its isolation.
    if (no.guard === 'Paused' && node.taints.some(({ key }) => key === fencingTaint)) return { kind: 'withdraw', fence: at.fence, advance: heldBy(node, no) };
    if (at.status.reason === no.guard) return wait(at, no.message);
    return advanceTo(at, heldBy(node, no));
  }
  const settling = decideSettling(at, node, view);
  if (settling !== undefined) return settling;
  // Guards may have held for hours: the plan and the Lease that count are those of this moment.
  const planned = at.status.level > 0 ? { kind: 'planned' as const, ...at.status.policy } : planFor(node, view.config.fencing, view.snapshot, at.fence.spec.method);
  if (planned.kind === 'impossible') return wait(at, planned.why);
  if (at.status.level >= planned.plan.length) {
    const note = `No method is left for ${node.name}: level ${at.status.level + 1} of ${planned.plan.length}`;
    return advanceTo(at, step('NeedsHuman', 'NoLevelLeft', note, { phase: 'NeedsHuman', reason: 'NoLevelLeft', message: note }), true);
  }
  return { kind: 'isolate', fence: at.fence, slots: view.config.fencing.guards.maxConcurrent, advance: isolating(at, node, { methods: planned.methods, plan: planned.plan, ...settingsOf(at, view) }) };
}

const outages: readonly string[] = ['Blind', 'TooManyUnhealthy'] satisfies Guard[];

/** Nodes report back one after the other when an outage ends: the last ones are late, not dead, until another window has passed. */
function decideSettling(at: Case, node: NodeRecord, view: View): Decision | undefined {
  const window = windowOf(view.config.fencing.triggers);
  const message = `many nodes were down until now, so it has to stay silent for another ${formatDuration(window)}`;
  if (outages.includes(at.status.reason)) return advanceTo(at, heldBy(node, { guard: 'Settling', message }));
  const since = at.snapshot.phaseSince(at.fence.metadata.name) ?? at.now.tick;
  return at.status.reason === 'Settling' && elapsed(since, at.now.tick) < window ? wait(at, message) : undefined;
}

const heldBy = (node: NodeRecord, { guard, message }: Refusal): Advance =>
  step('Held', guard, `${node.name} is not fenced: ${message}`, { phase: 'Held', reason: guard, message });

/** An attempt begins here, with the settings of this moment and no others; a later level keeps those of the first. */
const settingsOf = ({ status }: Case, { config: { fencing } }: View): Pick<NodeFenceStatus['policy'], 'release' | 'return'> =>
  status.level > 0 ? { release: status.policy.release, return: status.policy.return } : { release: fencing.release, return: fencing.return };

function isolating(at: Case, node: NodeRecord, policy: NodeFenceStatus['policy']): Advance {
  const renewTime = at.snapshot.heartbeat(node.name)?.renewTime ?? '';
  return step('Isolating', 'ThresholdPassed', `${node.name} is isolated: no new pod may land on it`, {
    phase: 'Isolating',
    reason: 'ThresholdPassed',
    policy,
    identity: { ...at.status.identity, leaseRenewTime: renewTime },
  });
}

const patient: readonly Guard[] = ['StartupGrace', 'LeaseNotStillLongEnough', 'Blind'];

/** Isolating: our taint, one look at the power, then the command. */
export function decideIsolating(at: Case, node: NodeRecord, view: View): Decision {
  const over = overBeforeCommand(at, node) ?? otherMachine(at, node, view) ?? cameBack(at, node);
  if (over !== undefined) return over;
  const no = refusal(node, at.fence, view);
  // A restarted controller has not watched long enough yet: that is no reason to take the isolation back.
  if (no !== undefined && patient.includes(no.guard)) return wait(at, no.message);
  if (no !== undefined) {
    return { kind: 'withdraw', fence: at.fence, advance: heldBy(node, no) };
  }
  if (!node.taints.some(({ key }) => key === fencingTaint)) {
    return { kind: 'taint', fence: at.fence, effect: 'NoSchedule', needs: 'silence', advance: undefined };
  }
  // The record of this attempt may have been deleted and created anew: its script is still the one command.
  if (at.snapshot.scriptRunning(at.fence.metadata.name)) return wait(at, 'a script of this attempt is running');
  const planned = at.status.policy.plan[at.status.level];
  if (planned === undefined) return wait(at, 'the record has no plan for this level');
  if (planned.verifies) {
    const first = firstLook(at);
    if (first !== undefined) return first;
  }
  return { kind: 'command', fence: at.fence, action: planned.action, slots: view.config.fencing.guards.maxConcurrent };
}

/** `status` is asked before any command: a machine that is off already needs none. Reboots of ours make an off moment worthless. */
function firstLook(at: Case): Decision | undefined {
  const last = lastReading(at);
  if (last === undefined || readingDue(at, proofLifetime)) return { kind: 'readPower', fence: at.fence };
  if (last.power !== 'off' || earlierReboot(at)) return undefined;
  const note = `${at.fence.spec.nodeName} seems to be off already: no command is sent before its status is certain`;
  return advanceTo(at, step('AlreadyOff', 'AlreadyOff', note, { phase: 'Verifying', reason: 'AlreadyOff', message: note }));
}

function earlierReboot({ fence, snapshot }: Case): boolean {
  for (const other of snapshot.fences.values()) {
    if (other.spec.nodeUID === fence.spec.nodeUID && other.spec.bootID === fence.spec.bootID && other.status?.command?.action === 'reboot') return true;
  }
  return false;
}

function overBeforeCommand(at: Case, node: NodeRecord): Decision | undefined {
  if (at.fence.spec.cancelled === true) return end(at, 'Aborted', 'Cancelled', `The fence of ${node.name} was cancelled before any command`);
  if (node.bootID !== at.fence.spec.bootID) return end(at, 'Recovered', 'RebootedByItself', `${node.name} rebooted by itself before any command`);
  if (node.ready === 'True') return end(at, 'Recovered', 'ReadyAgain', `${node.name} is Ready again before any command`);
  return undefined;
}

/** The inventory was corrected while this attempt was held: its record names a machine that this node is not. */
function otherMachine(at: Case, node: NodeRecord, { config, snapshot }: View): Decision | undefined {
  const target = machineOf(node.name, config.fencing.inventory, snapshot.nodes);
  const { machineID } = at.fence.spec;
  if (target.kind === 'ambiguous' || target.id === machineID) return undefined;
  if (byPerson(at.fence)) return end(at, 'Aborted', 'WrongMachine', `${at.fence.spec.requestedBy} names the machine ${machineID}, and fencing.inventory says that ${node.name} is ${target.id}: nothing was done. Ask again with that name`);
  return end(at, 'Aborted', 'MachineChanged', `The machine of ${node.name} is ${target.id}, and not ${machineID} as this record says: a new attempt takes over`);
}

function cameBack(at: Case, node: NodeRecord): Decision | undefined {
  const life = signOfLife(at);
  return life === undefined ? undefined : end(at, 'Recovered', 'ReadyAgain', `${node.name} shows life before any command: ${life}`);
}
