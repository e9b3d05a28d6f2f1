import type { Container, PodSpec, Words } from '../../controllers/workload/objects.ts';
import { type Amounts, addTo, amountsOf, largest } from './amounts.ts';

export interface Requests {
  readonly amounts: Amounts;
  /** What scores by free capacity count: a container that asks for nothing still takes something. */
  readonly assumed: { readonly cpu: number; readonly memory: number };
}

const assumedCpu = 100;
const assumedMemory = 200 * 1_024 * 1_024;

/**
 * What the scheduler sets aside for a pod: the sum of its containers and sidecars, or the largest step of its start-up if
 * that is more, and the overhead (kubernetes.io/docs, *Init containers*, *Resource sharing within containers*).
 */
export function requestsOf(spec: PodSpec & { readonly resources?: { readonly requests?: Words } }): Requests {
  const plain = total(spec, (container) => amountsOf(container.resources?.requests));
  const assumed = total(spec, (container) => {
    const amounts = amountsOf(container.resources?.requests);
    return new Map([['cpu', amounts.get('cpu') ?? assumedCpu], ['memory', amounts.get('memory') ?? assumedMemory]]);
  });
  // Requests of the pod as a whole go before those of its containers (KEP-2837).
  const whole = amountsOf(spec.resources?.requests);
  for (const [resource, amount] of whole) plain.set(resource, amount + (amountsOf(spec.overhead).get(resource) ?? 0));
  return { amounts: plain, assumed: { cpu: whole.get('cpu') ?? assumed.get('cpu') ?? 0, memory: whole.get('memory') ?? assumed.get('memory') ?? 0 } };
}

function total({ containers, initContainers = [], overhead }: PodSpec, of: (container: Container) => Amounts): Map<string, number> {
  let sum = new Map<string, number>();
  for (const container of containers) addTo(sum, of(container));
  const sidecars = new Map<string, number>();
  let starting = new Map<string, number>();
  for (const container of initContainers) {
    const step = new Map(of(container));
    if (container.restartPolicy === 'Always') {
      addTo(sidecars, step);
      starting = largest(starting, sidecars);
    } else {
      addTo(step, sidecars);
      starting = largest(starting, step);
    }
  }
  addTo(sum, sidecars);
  sum = largest(sum, starting);
  addTo(sum, amountsOf(overhead));
  return sum;
}
