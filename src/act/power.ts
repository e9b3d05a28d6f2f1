import type { PowerReading } from '../model/snapshot.ts';
import type { Clock, Now } from '../model/time.ts';

const kept = 20;

/**
 * What `status` scripts said, and which scripts run now. This process's own observations, like those of Leases: after a
 * restart the machines are asked again.
 */
export interface PowerBoard {
  readings(fence: string): readonly PowerReading[];
  running(fence: string): boolean;
  begin(fence: string): void;
  end(fence: string): void;
  /** `asked`: when the question was put; now when absent. */
  add(fence: string, power: PowerReading['power'], because: string, asked?: Now): void;
  /** Readings from before a command say nothing about what it did. */
  clear(fence: string): void;
  /** Forgets fences that are no longer there. */
  keepOnly(fences: ReadonlyMap<string, unknown>): void;
}

export function powerBoard(clock: Clock): PowerBoard {
  const readings = new Map<string, PowerReading[]>();
  const running = new Map<string, number>();
  return {
    readings: (fence) => readings.get(fence) ?? [],
    running: (fence) => (running.get(fence) ?? 0) > 0,
    begin: (fence) => void running.set(fence, (running.get(fence) ?? 0) + 1),
    end: (fence) => void running.set(fence, Math.max(0, (running.get(fence) ?? 0) - 1)),
    add(fence, power, because, asked) {
      const now = asked ?? clock.now();
      readings.set(fence, [...(readings.get(fence) ?? []), { tick: now.tick, at: now.wall, power, because }].slice(-kept));
    },
    clear: (fence) => void readings.delete(fence),
    keepOnly(fences) {
      for (const name of readings.keys()) if (!fences.has(name)) readings.delete(name);
      for (const [name, count] of running) if (count === 0 && !fences.has(name)) running.delete(name);
    },
  };
}
