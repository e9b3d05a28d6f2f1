import type { NodeObject } from '../node-and-pod.ts';
import type { Timings } from '../timings.ts';

export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Region and zone of a node as one word; empty when it says neither. The old beta labels win, as in Kubernetes. */
export function zoneOf({ metadata: { labels } }: NodeObject): string {
  const zone = labels?.['failure-domain.beta.kubernetes.io/zone'] ?? labels?.['topology.kubernetes.io/zone'] ?? '';
  const region = labels?.['failure-domain.beta.kubernetes.io/region'] ?? labels?.['topology.kubernetes.io/region'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\0:${zone}`;
}

/** A node with this label does not count when it is decided how bad a zone's state is. */
export const isExcluded = ({ metadata: { labels } }: NodeObject): boolean => labels?.['node.kubernetes.io/exclude-disruption'] !== undefined;

/** How the zones change. `rates`: nodes per second that get a NoExecute taint from now on; zones that are not in it keep theirs. */
export interface ZoneChange {
  readonly states: ReadonlyMap<string, ZoneState>;
  readonly rates: ReadonlyMap<string, number>;
  /** All zones went down: evictions stop and NoExecute taints go; or one came back: all grace periods start anew. */
  readonly turn: 'everything-down' | 'first-back' | undefined;
}

/** From the states so far and, by zone, which nodes are Ready. */
export function nextZones(before: ReadonlyMap<string, ZoneState>, zones: ReadonlyMap<string, readonly boolean[]>, timings: Timings): ZoneChange {
  const computed = new Map([...zones].map(([zone, ready]) => [zone, stateOf(ready, timings)] as const));
  const known = new Map([...zones.keys()].map((zone) => [zone, before.get(zone) ?? 'Initial'] as const));
  const isDown = (states: ReadonlyMap<string, ZoneState>): boolean => [...states.values()].every((state) => state === 'FullDisruption');
  const rates = (of: readonly string[]): ReadonlyMap<string, number> =>
    new Map(of.map((zone) => [zone, rateOf(computed.get(zone) ?? 'Normal', zones.get(zone)?.length ?? 0, timings)]));
  if (isDown(computed)) {
    return isDown(known) ? { states: known, rates: new Map(), turn: undefined } : { states: computed, rates: new Map([...known.keys()].map((zone) => [zone, 0])), turn: 'everything-down' };
  }
  if (isDown(known)) return { states: computed, rates: rates([...known.keys()]), turn: 'first-back' };
  return { states: computed, rates: rates([...known].filter(([zone, state]) => computed.get(zone) !== state).map(([zone]) => zone)), turn: undefined };
}

function stateOf(ready: readonly boolean[], { unhealthyZoneThreshold }: Timings): ZoneState {
  const down = ready.filter((each) => !each).length;
  if (down > 0 && down === ready.length) return 'FullDisruption';
  return down > 2 && down / ready.length >= unhealthyZoneThreshold ? 'PartialDisruption' : 'Normal';
}

function rateOf(state: ZoneState, size: number, timings: Timings): number {
  if (state !== 'PartialDisruption') return timings.nodeEvictionRate;
  return size > timings.largeClusterSizeThreshold ? timings.secondaryNodeEvictionRate : 0;
}
