import type { Score } from '../plugin.ts';
import type { NodeState } from '../state/node-state.ts';

/** More points for more free CPU and memory (`LeastAllocated`). */
export const leastAllocated: Score = {
  weight: 1,
  points: ({ pod: { requests: { assumed } } }, nodes) => nodes.map(({ allocatable, assumedCpu, assumedMemory }) => {
    const parts = [free(assumedCpu + assumed.cpu, allocatable.get('cpu') ?? 0), free(assumedMemory + assumed.memory, allocatable.get('memory') ?? 0)].filter((part) => part !== undefined);
    return parts.length === 0 ? 0 : Math.floor(parts.reduce((sum, part) => sum + part, 0) / parts.length);
  }),
};

function free(taken: number, all: number): number | undefined {
  if (all === 0) return undefined;
  return taken > all ? 0 : Math.floor(((all - taken) * 100) / all);
}

/** More points where the pod makes the shares of CPU and memory that are taken more alike. A pod that asks for nothing has no say. */
export const balancedAllocation: Score = {
  weight: 1,
  points({ pod: { requests: { amounts } } }, nodes) {
    const cpu = amounts.get('cpu') ?? 0;
    const memory = amounts.get('memory') ?? 0;
    if (cpu === 0 && memory === 0) return undefined;
    return nodes.map((node) => 50 + Math.trunc((50 + balance(node, cpu, memory) - balance(node, 0, 0)) / 2));
  },
};

function balance({ allocatable, requested }: NodeState, cpu: number, memory: number): number {
  const allCpu = allocatable.get('cpu') ?? 0;
  const allMemory = allocatable.get('memory') ?? 0;
  if (allCpu === 0 || allMemory === 0) return 100;
  const left = Math.min(1, ((requested.get('cpu') ?? 0) + cpu) / allCpu);
  const right = Math.min(1, ((requested.get('memory') ?? 0) + memory) / allMemory);
  return Math.trunc((1 - Math.abs(left - right) / 2) * 100);
}
