import type { NodeRecord } from '../../model/cluster.ts';
import type { Configuration, FencingSettings, Guards, Trigger } from '../../model/configuration.ts';
import { selects } from '../../model/labels.ts';
import { holdLabel, holdsSlot, type NodeFence, outOfServiceTaint, outOfServiceValue } from '../../model/nodefence.ts';
import type { Heartbeat, Paused, Snapshot } from '../../model/snapshot.ts';
import { type Duration, elapsed, formatDuration, type Now, seconds, type Tick } from '../../model/time.ts';
import { machineOf, planFor } from './plan.ts';
import { personAsked } from './requests.ts';

/** The closed list of reasons for which a node past its threshold is not fenced. */
export type Guard =
  | 'Paused'
  | 'KubeletAlive'
  | 'LeaseNotStillLongEnough'
  | 'StartupGrace'
  | 'Blind'
  | 'TooManyUnhealthy'
  | 'Settling'
  | 'MaxConcurrent'
  | 'HoldLabel'
  | 'ForeignOutOfService'
  | 'NotSelected'
  | 'OwnNode'
  | 'ControlPlane'
  | 'NoMethod'
  | 'AmbiguousMachine'
  | 'ObserveOnly';

export interface Refusal {
  readonly guard: Guard;
  readonly message: string;
}

/** Kubelets renew their Lease every 10 s. When none has moved for three of those, it is we who see nothing. */
const blindAfter: Duration = seconds(30);

/** What all guards of one pass share: counted once, not once per node. */
export interface Census {
  readonly selected: number;
  readonly unhealthy: number;
  readonly slotsTaken: number;
}

export function takeCensus(snapshot: Snapshot, fencing: FencingSettings): Census {
  let selected = 0;
  let unhealthy = 0;
  for (const node of snapshot.nodes.values()) {
    if (!selects(fencing.nodeSelector, node.labels)) continue;
    selected += 1;
    if (node.ready !== 'True') unhealthy += 1;
  }
  let slotsTaken = 0;
  for (const fence of snapshot.fences.values()) if (holdsSlot(fence)) slotsTaken += 1;
  return { selected, unhealthy, slotsTaken };
}

/** The first guard that says no to a power command for this node, or `undefined`. */
export function refusal(node: NodeRecord, fence: NodeFence, view: { snapshot: Snapshot; config: Configuration; census: Census; now: Now }): Refusal | undefined {
  const { snapshot, config, census, now } = view;
  const asked = personAsked(fence, snapshot.fences);
  return (
    signsOfDeath(node, config.fencing.triggers, { snapshot, now, asked }) ??
    pausedByPerson(snapshot) ??
    (asked || selects(config.fencing.nodeSelector, node.labels) ? undefined : { guard: 'NotSelected', message: 'the node is no longer selected by fencing.nodeSelector' }) ??
    ofNode(node, config.fencing, snapshot, fence.spec.method) ??
    ofCluster(config.fencing.guards, census, snapshot, now) ??
    (holdsSlot(fence) ? undefined : slots(config.fencing.guards, census)) ??
    (config.mode === 'observe' ? { guard: 'ObserveOnly', message: 'mode is observe: evenkeel decides and reports, but touches nothing' } : undefined)
  );
}

function pausedByPerson({ self }: Snapshot): Refusal | undefined {
  return self.paused === undefined ? undefined : { guard: 'Paused', message: pauseNote(self.paused) };
}

/** `alice has paused evenkeel (moving the rack)`. */
export const pauseNote = ({ by, reason }: Paused): string => `${by} has paused evenkeel${reason === '' ? '' : ` (${reason})`}`;

/**
 * Two independent signs of death for the whole window on our own clock: Ready is Unknown, and the node's own Lease does not
 * move. Ready=False is a sign only next to a person's word; the Lease has to stand still all the same.
 */
function signsOfDeath(node: NodeRecord, triggers: readonly Trigger[], { snapshot, now, asked }: { snapshot: Snapshot; now: Now; asked: boolean }): Refusal | undefined {
  const heartbeat = snapshot.heartbeat(node.name);
  const since = heartbeat === undefined ? undefined : believedDeadSince(node, heartbeat, asked);
  if (heartbeat === undefined || since === undefined) {
    return { guard: 'KubeletAlive', message: `Ready is ${node.ready ?? 'absent'}, not Unknown: the kubelet itself says so, and can still end its pods` };
  }
  const window = windowOf(triggers);
  const still = elapsed(heartbeat.leaseStillSince, now.tick);
  if (still >= window && elapsed(since, now.tick) >= window) return undefined;
  if (still < window) return { guard: 'LeaseNotStillLongEnough', message: `its Lease has stood still for ${formatDuration(still)} of the ${formatDuration(window)} that are asked for` };
  return { guard: 'LeaseNotStillLongEnough', message: `Ready has been ${node.ready} for ${formatDuration(elapsed(since, now.tick))} of the ${formatDuration(window)} that are asked for` };
}

function believedDeadSince({ ready }: NodeRecord, heartbeat: Heartbeat, asked: boolean): Tick | undefined {
  if (ready === 'Unknown') return heartbeat.unknownSince;
  return asked && ready === 'False' ? heartbeat.notReadySince : undefined;
}

/** The shortest window among the triggers for Unknown; any of them is enough. */
export function windowOf(triggers: readonly Trigger[]): Duration {
  const windows = triggers.filter(({ status }) => status === 'Unknown').map((trigger) => trigger.for);
  return windows.length === 0 ? (Number.POSITIVE_INFINITY as Duration) : (Math.min(...windows) as Duration);
}

function ofNode(node: NodeRecord, fencing: FencingSettings, snapshot: Snapshot, method: string | undefined): Refusal | undefined {
  if (Object.hasOwn(node.labels, holdLabel)) return { guard: 'HoldLabel', message: `the node carries the label ${holdLabel}` };
  if (node.taints.some(({ key, value }) => key === outOfServiceTaint && value !== outOfServiceValue)) {
    return { guard: 'ForeignOutOfService', message: 'somebody else has put the out-of-service taint on the node and answers for it; it is neither changed nor removed by us' };
  }
  if (snapshot.self.node === node.name) return { guard: 'OwnNode', message: 'this controller itself runs on the node' };
  if (fencing.guards.controlPlane === 'never' && Object.hasOwn(node.labels, 'node-role.kubernetes.io/control-plane')) {
    return { guard: 'ControlPlane', message: 'it is a control-plane node and guards.controlPlane is never' };
  }
  const machine = machineOf(node.name, fencing.inventory, snapshot.nodes);
  if (machine.kind === 'ambiguous') return { guard: 'AmbiguousMachine', message: machine.why };
  const planned = planFor(node, fencing, snapshot, method);
  return planned.kind === 'impossible' ? { guard: 'NoMethod', message: planned.why } : undefined;
}

function ofCluster(guards: Guards, census: Census, snapshot: Snapshot, now: Now): Refusal | undefined {
  const leading = elapsed(snapshot.self.leadingSince, now.tick);
  if (leading < guards.startupGrace) return { guard: 'StartupGrace', message: `this controller has led for ${formatDuration(leading)} of the ${formatDuration(guards.startupGrace)} of guards.startupGrace` };
  if (snapshot.lastLeaseMove === undefined || elapsed(snapshot.lastLeaseMove, now.tick) > blindAfter) {
    return { guard: 'Blind', message: `no Lease of any node has ${snapshot.lastLeaseMove === undefined ? 'been seen to move yet' : `moved for ${formatDuration(blindAfter)}`}: this controller or the API server may be the one that is cut off` };
  }
  const allowed = allowedUnhealthy(guards, census.selected);
  if (census.unhealthy > allowed) {
    return { guard: 'TooManyUnhealthy', message: `${census.unhealthy} of ${census.selected} selected nodes are down, more than the ${allowed} that guards.maxUnhealthy allows` };
  }
  return undefined;
}

/** max(1, floor(share of the selected)), or the count as given. */
export const allowedUnhealthy = ({ maxUnhealthy }: Guards, selected: number): number =>
  maxUnhealthy.kind === 'count' ? maxUnhealthy.nodes : Math.max(1, Math.floor((selected * maxUnhealthy.percent) / 100));

const slots = (guards: Guards, census: Census): Refusal | undefined =>
  census.slotsTaken < guards.maxConcurrent
    ? undefined
    : { guard: 'MaxConcurrent', message: `${census.slotsTaken} fences are under way and guards.maxConcurrent is ${guards.maxConcurrent}` };
