import type { DeviceEntry } from '../../embedded/machines/fence-device.ts';
import type { Journal } from '../../embedded/machines/journal.ts';
import type { Happening } from './record.ts';

/**
 * A journal in memory that tells what machines and device write, and does not grow while a cluster stands for hours: of the
 * records that one writer appends to a disk without a break, the first and the last stay. No judgement needs those between.
 */
export function tellingJournal(heard: (happening: Happening) => void): Journal {
  const logs = new Map<string, object[]>();
  return {
    append(log, entry) {
      const entries = logs.get(log) ?? [];
      logs.set(log, entries);
      if (isWrite(entry) && sameWriter(entries.at(-1), entry) && sameWriter(entries.at(-2), entry)) entries.pop();
      entries.push(entry);
      const happening = happeningOf(log, entry);
      if (happening !== undefined) heard(happening);
    },
    read: (log) => [...(logs.get(log) ?? [])],
    logs: () => [...logs.keys()].toSorted(),
  };
}

interface Write {
  readonly kind: 'write';
  readonly attached: boolean;
  readonly writer: { readonly node: string; readonly bootID: string; readonly podUID: string };
}

const isWrite = (entry: object | undefined): entry is Write => entry !== undefined && 'kind' in entry && entry.kind === 'write';

const sameWriter = (one: object | undefined, other: Write): boolean =>
  isWrite(one) && one.attached === other.attached && one.writer.podUID === other.writer.podUID && one.writer.node === other.writer.node && one.writer.bootID === other.writer.bootID;

function happeningOf(log: string, entry: object): Happening | undefined {
  if (log === 'machines') {
    const { machine, event } = entry as { readonly machine: string; readonly event: string };
    return { type: 'machine', machine, change: event };
  }
  if (log !== 'device') return undefined;
  const { machine, command, step, ok, power } = entry as DeviceEntry;
  return { type: 'device', machine, command, step, says: step === 'answered' ? answer(command, ok === true, power) : '' };
}

function answer(command: DeviceEntry['command'], ok: boolean, power: string | undefined): string {
  if (!ok) return 'says that it could not';
  return command === 'status' ? `power ${power ?? 'unknown'}` : 'says that it is done';
}
