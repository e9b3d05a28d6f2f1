import { type Duration, type Instant, type Now, type Tick, between, elapsed, parseRfc3339, tick } from '../../../model/time.ts';
import type { KubeObject } from '../../api-server/object.ts';
import { type Condition, type NodeObject, conditionOf } from '../node-and-pod.ts';

export interface LeaseObject extends KubeObject {
  readonly spec?: { readonly renewTime?: string };
}

interface Observation {
  /** What was read, to see at once that it is the same. */
  readonly node: NodeObject;
  readonly lease: LeaseObject | undefined;
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
    if (before !== undefined && before.renewed !== undefined && before.node === node && before.lease === lease) return elapsed(before.heard, now.tick);
    const sight: Sight = { before, node, lease, now };
    const current = renewed(sight, before?.node === node ? { ...before, lease } : (heartbeat(sight) ?? neverReady(sight)));
    this.#nodes.set(node.metadata.name, current);
    return elapsed(current.heard, now.tick);
  }

  /** After the controller wrote Unknown: from then on any renewal counts, however old. */
  wrote(node: NodeObject, lease: LeaseObject | undefined): void {
    const before = this.#nodes.get(node.metadata.name);
    if (before !== undefined) this.#nodes.set(node.metadata.name, { ...before, node, lease, ready: conditionOf(node, 'Ready'), renewed: renewTime(lease) });
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

interface Sight {
  readonly before: Observation | undefined;
  readonly node: NodeObject;
  readonly lease: LeaseObject | undefined;
  readonly now: Now;
}

function heartbeat({ before, node, lease, now }: Sight): Observation | undefined {
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) return before === undefined ? undefined : { ...before, node, lease, ready };
  if (before?.ready?.lastHeartbeatTime !== undefined && before.ready.lastHeartbeatTime === ready.lastHeartbeatTime) return { ...before, node, lease, ready };
  return { node, lease, ready, renewed: undefined, heard: now.tick };
}

/** Counts from the creation of the Node. */
function neverReady({ node, lease, now: { wall, tick: at } }: Sight): Observation {
  const created = parseRfc3339(node.metadata.creationTimestamp) ?? wall;
  return { node, lease, ready: undefined, renewed: undefined, heard: tick(at - Math.max(0, between(created, wall))) };
}

function renewed({ before, lease, now }: Sight, observation: Observation): Observation {
  const current = renewTime(lease);
  if (current === undefined || (before?.renewed !== undefined && before.renewed >= current)) return observation;
  return { ...observation, renewed: current, heard: now.tick };
}

const renewTime = (lease: LeaseObject | undefined): Instant | undefined => parseRfc3339(lease?.spec?.renewTime);
