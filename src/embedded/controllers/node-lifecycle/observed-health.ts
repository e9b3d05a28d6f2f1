import { type Duration, type Instant, type Now, type Tick, between, elapsed, parseRfc3339, tick } from '../../../model/time.ts';
import type { KubeObject } from '../../api-server/object.ts';
import { type Condition, type NodeObject, conditionOf } from '../node-and-pod.ts';

export interface LeaseObject extends KubeObject {
  readonly spec?: { readonly renewTime?: string };
}

interface Observation {
  /** The condition Ready when the node was last looked at; undefined when it had none. */
  readonly ready: Condition | undefined;
  /** `renewTime` of the Lease, by the node's clock. Compared with its own later values only. */
  readonly renewed: Instant | undefined;
  /** When something last moved, by this controller's clock. */
  readonly heard: Tick;
}

/**
 * What the controller itself saw of each node, and when. It lives in memory: a new controller gives every node a whole
 * grace period again. Constant skew of a node's clock does not matter; a clock set back hides renewals until it has caught up.
 */
export class ObservedHealth {
  readonly #nodes = new Map<string, Observation>();

  /** Takes note of Ready and the Lease as they are now, and says how long nothing has moved. */
  look(node: NodeObject, lease: LeaseObject | undefined, now: Now): Duration {
    const before = this.#nodes.get(node.metadata.name);
    const ready = conditionOf(node, 'Ready');
    const current = renewed(before?.renewed, lease, now, heartbeat(before, ready, now) ?? neverReady(node, now));
    this.#nodes.set(node.metadata.name, current);
    return elapsed(current.heard, now.tick);
  }

  /** After the controller wrote Unknown: from then on any renewal counts, however old. */
  wrote(node: NodeObject, lease: LeaseObject | undefined): void {
    const before = this.#nodes.get(node.metadata.name);
    if (before !== undefined) this.#nodes.set(node.metadata.name, { ...before, ready: conditionOf(node, 'Ready'), renewed: renewTime(lease) });
  }

  /** Undefined while the node was not looked at, or has no condition Ready. */
  ready(name: string): Condition | undefined {
    return this.#nodes.get(name)?.ready;
  }

  /** All grace periods begin anew. */
  startAgain(now: Tick): void {
    for (const [name, observation] of this.#nodes) this.#nodes.set(name, { ...observation, heard: now });
  }
}

function heartbeat(before: Observation | undefined, ready: Condition | undefined, now: Now): Observation | undefined {
  if (ready === undefined) return before === undefined ? undefined : { ...before, ready };
  if (before?.ready?.lastHeartbeatTime !== undefined && before.ready.lastHeartbeatTime === ready.lastHeartbeatTime) return { ...before, ready };
  return { ready, renewed: undefined, heard: now.tick };
}

/** Counts from the creation of the Node. */
function neverReady({ metadata }: NodeObject, { wall, tick: at }: Now): Observation {
  const created = parseRfc3339(metadata.creationTimestamp) ?? wall;
  return { ready: undefined, renewed: undefined, heard: tick(at - Math.max(0, between(created, wall))) };
}

function renewed(known: Instant | undefined, lease: LeaseObject | undefined, now: Now, observation: Observation): Observation {
  const current = renewTime(lease);
  if (current === undefined || (known !== undefined && known >= current)) return observation;
  return { ...observation, renewed: current, heard: now.tick };
}

const renewTime = (lease: LeaseObject | undefined): Instant | undefined => parseRfc3339(lease?.spec?.renewTime);
