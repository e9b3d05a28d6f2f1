import type { Node } from '../../controllers/workload/objects.ts';
import { addTo, amountsOf } from './amounts.ts';
import type { PodFacts } from './pod-facts.ts';

/** One node with the sums of what its pods ask for. Changed in place, once for each pod that comes or goes. */
export class NodeState {
  readonly name: string;
  /** Undefined while only pods name it. */
  node: Node | undefined;
  allocatable: ReadonlyMap<string, number> = new Map();
  readonly requested = new Map<string, number>();
  /** Sums of `Requests.assumed`. */
  assumedCpu = 0;
  assumedMemory = 0;
  readonly pods = new Map<string, PodFacts>();
  /** Host port → how many pods have it. Always one, unless somebody bound pods by hand. */
  readonly hostPorts = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  setNode(node: Node | undefined): void {
    this.node = node;
    this.allocatable = amountsOf(node?.status?.allocatable);
  }

  add(pod: PodFacts): void {
    this.pods.set(pod.uid, pod);
    this.#count(pod, 1);
  }

  remove(pod: PodFacts): void {
    this.pods.delete(pod.uid);
    this.#count(pod, -1);
  }

  #count({ requests, hostPorts }: PodFacts, sign: 1 | -1): void {
    addTo(this.requested, requests.amounts, sign);
    this.assumedCpu += sign * requests.assumed.cpu;
    this.assumedMemory += sign * requests.assumed.memory;
    for (const port of hostPorts) {
      const count = (this.hostPorts.get(port) ?? 0) + sign;
      if (count === 0) this.hostPorts.delete(port);
      else this.hostPorts.set(port, count);
    }
  }
}

export const labelsOf = ({ node }: NodeState): Readonly<Record<string, string>> => node?.metadata.labels ?? {};
