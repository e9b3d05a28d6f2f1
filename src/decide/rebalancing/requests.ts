import type { ContainerRecord, PodRecord } from '../../model/cluster.ts';
import { type Amount, amount, nothing, parseQuantity } from '../../model/quantity.ts';

/** Resource name → exact amount. A resource nobody mentions is absent, which means none. */
export type Requests = ReadonlyMap<string, Amount>;

/** An amount nobody can read counts as the largest there is: such a pod fits nowhere, such a node has no room. */
const unreadable = amount((2n ** 63n - 1n) * 1_000_000_000n);

const known = new WeakMap<PodRecord, Requests>();

/** What the scheduler reserves for a pod: containers, sidecars, the peak of the init containers, pod level, overhead. */
export function effectiveRequests(pod: PodRecord): Requests {
  const before = known.get(pod);
  if (before !== undefined) return before;
  const result = compute(pod);
  known.set(pod, result);
  return result;
}

function compute(pod: PodRecord): Requests {
  const result = new Map<string, Amount>();
  for (const container of pod.containers) add(result, read(container.requests));
  const peak = addSidecarsAndFindPeak(pod.initContainers, result);
  raise(result, peak);
  for (const [resource, wanted] of read(pod.podRequests)) if (countsForThePod(resource)) result.set(resource, wanted);
  add(result, read(pod.overhead));
  return result;
}

/** Walks the init containers in their order; a sidecar goes on running, so later ones come on top of it. */
function addSidecarsAndFindPeak(initContainers: readonly ContainerRecord[], result: Map<string, Amount>): Requests {
  const sidecars = new Map<string, Amount>();
  const peak = new Map<string, Amount>();
  for (const container of initContainers) {
    const own = read(container.requests);
    if (container.restartable) {
      add(result, own);
      add(sidecars, own);
    }
    raise(peak, container.restartable ? sidecars : sum(own, sidecars));
  }
  return peak;
}

/** The larger of the two for each resource. A request of 0 is one, too: a node with less than nothing free refuses it. */
function raise(most: Map<string, Amount>, other: Requests): void {
  for (const [resource, wanted] of other) {
    const before = most.get(resource);
    if (before === undefined || wanted > before) most.set(resource, wanted);
  }
}

const countsForThePod = (resource: string): boolean => resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');

function sum(left: Requests, right: Requests): Map<string, Amount> {
  const result = new Map(left);
  add(result, right);
  return result;
}

/** Adds `more` to `total` in place. */
export function add(total: Map<string, Amount>, more: Requests): void {
  for (const [resource, wanted] of more) total.set(resource, amount((total.get(resource) ?? nothing) + wanted));
}

/** Takes `less` from `total` in place. */
export function subtract(total: Map<string, Amount>, less: Requests): void {
  for (const [resource, wanted] of less) total.set(resource, amount((total.get(resource) ?? nothing) - wanted));
}

// Records share equal maps of requests, so each distinct one is read once.
const parsed = new WeakMap<object, Requests>();
const none: Requests = new Map();

function read(requests: Readonly<Record<string, string>> | undefined): Requests {
  if (requests === undefined) return none;
  const before = parsed.get(requests);
  if (before !== undefined) return before;
  const result = new Map(Object.entries(requests).map(([resource, text]) => [resource, parseQuantity(text) ?? unreadable]));
  parsed.set(requests, result);
  return result;
}
