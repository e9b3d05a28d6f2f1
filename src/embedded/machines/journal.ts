import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Append-only logs by name: the ground truth that tests judge by, never read back through an API server. */
export interface Journal {
  append(log: string, entry: object): void;
  read(log: string): readonly unknown[];
  /** Names of all logs that have at least one entry, sorted. */
  logs(): readonly string[];
}

/** One file of JSON lines per log, so that another process can read along. */
export function fileJournal(directory: string): Journal {
  mkdirSync(directory, { recursive: true });
  const fileOf = (log: string): string => join(directory, `${checked(log)}.jsonl`);
  return {
    append: (log, entry) => appendFileSync(fileOf(log), `${JSON.stringify(entry)}\n`),
    read: (log) => (existsSync(fileOf(log)) ? parseLines(readFileSync(fileOf(log), 'utf8')) : []),
    logs: () => readdirSync(directory).filter((file) => file.endsWith('.jsonl')).map((file) => file.slice(0, -'.jsonl'.length)).sort(),
  };
}

/** The same in memory, for unit tests and simulations. */
export function memoryJournal(): Journal {
  const logs = new Map<string, unknown[]>();
  return {
    append(log, entry) {
      const entries = logs.get(checked(log)) ?? [];
      entries.push(structuredClone(entry));
      logs.set(log, entries);
    },
    read: (log) => [...(logs.get(log) ?? [])],
    logs: () => [...logs.keys()].sort(),
  };
}

const parseLines = (text: string): unknown[] => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);

/** A volume handle comes from an API object: it must not name a file elsewhere. */
function checked(log: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/u.test(log)) throw new Error(`The log name ${JSON.stringify(log)} is no plain file name: use letters, digits, ".", "_" and "-"`);
  return log;
}
