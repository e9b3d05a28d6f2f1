import { type DestinationStream, type Logger, pino } from 'pino';
import type { Clock } from '../model/time.ts';
import type { Severity } from './traces.ts';

export type Log = Logger;

/** One line of JSON per record on standard output, or plain text for people. The time is that of the clock which everything else goes by. */
export function makeLog(settings: { level: string; format: 'json' | 'text' }, clock: Clock, destination?: DestinationStream): Log {
  const options = { level: settings.level, base: null, timestamp: () => `,"@timestamp":"${new Date(clock.now().wall).toISOString()}"`, messageKey: 'message', formatters: { level: (label: string) => ({ level: label }) } };
  const target = settings.format === 'text' ? asText(destination) : destination;
  return target === undefined ? pino(options) : pino(options, target);
}

export const levelOf: Record<Severity, 'debug' | 'info' | 'warn' | 'error'> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'error',
};

function asText(destination: DestinationStream | undefined): DestinationStream {
  const out = destination ?? { write: (line: string) => void globalThis.process.stdout.write(line) };
  return {
    write(line: string) {
      const { '@timestamp': time, level, message, ...rest } = JSON.parse(line) as Record<string, unknown>;
      const facts = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
      out.write(`${String(time)} ${String(level).toUpperCase().padEnd(5)} ${String(message)}${facts.length === 0 ? '' : `  ${facts.join(' ')}`}\n`);
    },
  };
}
