import { type Amount, toMilliValue, toValue, wholes, amount } from '../../model/quantity.ts';
import { type Duration, elapsed, minutes, seconds, type Tick } from '../../model/time.ts';

/** The reference takes a sample every 5 s, and each counts for a tenth. */
const step: Duration = seconds(5);
const kept = 0.9;
/** After so many steps nothing is left of what was before. */
const mostSteps = 120;
/** Older figures say nothing of the node as it is. */
const staleAfter: Duration = minutes(2);

/** One step of smoothing: nine tenths of what was, one tenth of what is. */
export const smooth = (previous: number, current: number): number => Math.round(kept * previous + (1 - kept) * current);

/** What nodes use, smoothed over time. Samples may come at any distance: each counts for the steps of 5 s since the one before. */
export class SmoothedUsage {
  readonly #nodes = new Map<string, Figures>();

  take(samples: ReadonlyMap<string, ReadonlyMap<string, Amount>>, at: Tick): void {
    for (const [node, usage] of samples) {
      const [cpu, memory] = [usage.get('cpu'), usage.get('memory')];
      if (cpu === undefined || memory === undefined) continue;
      const current = { cpu: Number(toMilliValue(cpu)), memory: Number(toValue(memory)), at };
      this.#nodes.set(node, next(this.#nodes.get(node), current));
    }
    for (const [node, { at: last }] of this.#nodes) if (elapsed(last, at) > staleAfter) this.#nodes.delete(node);
  }

  /** Node → resource → amount, of the nodes that were measured lately. */
  at(now: Tick): ReadonlyMap<string, ReadonlyMap<string, Amount>> {
    const fresh = [...this.#nodes].filter(([, { at }]) => elapsed(at, now) <= staleAfter);
    return new Map(fresh.map(([node, { cpu, memory }]) => [node, new Map([['cpu', amount(BigInt(cpu) * 1_000_000n)], ['memory', wholes(memory)]])]));
  }
}

interface Figures {
  /** In thousandths of a CPU, and in bytes. */
  readonly cpu: number;
  readonly memory: number;
  readonly at: Tick;
}

function next(previous: Figures | undefined, current: Figures): Figures {
  if (previous === undefined) return current;
  const steps = Math.round(elapsed(previous.at, current.at) / step);
  if (steps === 0) return previous;
  if (steps > mostSteps) return current;
  let { cpu, memory } = previous;
  for (let done = 0; done < steps; done += 1) {
    cpu = smooth(cpu, current.cpu);
    memory = smooth(memory, current.memory);
  }
  return { cpu, memory, at: current.at };
}
