import type { Complaint } from '../config/complaint.ts';
import { loadText, readConfiguration } from '../config/read.ts';
import type { Configuration } from '../model/configuration.ts';
import { type Clock, type Duration, seconds } from '../model/time.ts';
import { keepWhatNeedsRestart } from './needs-restart.ts';

/** What became of a change of the file. */
export type ConfigurationChange =
  /** In force from now on, but for the settings in `restart`, which keep their old values until the process starts anew. */
  | { readonly kind: 'accepted'; readonly configuration: Configuration; readonly restart: readonly string[] }
  /** Refused as a whole: the last good one stays in force. */
  | { readonly kind: 'rejected'; readonly complaints: readonly Complaint[] }
  /** After a rejected one, the file says again what is in force. */
  | { readonly kind: 'restored' };

export interface LiveConfiguration {
  /** What is in force at this moment. */
  current(): Configuration;
  /** Looks at the file until told to stop. */
  run(signal: AbortSignal): Promise<void>;
}

/** Twice of each is still within the ten seconds that are promised. */
const lookEvery: Duration = seconds(3);

/** A file must say the same twice: one that is being written may be valid half-way, with its guards missing. */
const settleTime: Duration = seconds(1);

/** Follows the file by its content, whatever its links and times do: a ConfigMap's mount swaps a directory under it. */
export function followConfiguration(parts: { file: string; first: Configuration; clock: Clock; changed(change: ConfigurationChange): void }): LiveConfiguration {
  const { file, first, clock, changed } = parts;
  let current = first;
  let valid = true;

  function judge(content: Content): void {
    const read = 'complaint' in content ? { complaints: [content.complaint] } : readConfiguration(content.text, file);
    if ('complaints' in read) {
      valid = false;
      return changed({ kind: 'rejected', complaints: read.complaints });
    }
    const { configuration, restart } = keepWhatNeedsRestart(current, read.configuration);
    const same = equal(configuration, current) && restart.length === 0;
    if (same && valid) return;
    valid = true;
    current = configuration;
    changed(same ? { kind: 'restored' } : { kind: 'accepted', configuration, restart });
  }

  return {
    current: () => current,
    async run(signal) {
      let judged: string | undefined;
      while (!signal.aborted) {
        const seen = keyOf(loadText(file));
        if (seen !== judged) {
          await clock.sleep(settleTime, signal);
          const content = loadText(file);
          if (!signal.aborted && keyOf(content) === seen) {
            judged = seen;
            judge(content);
          }
        }
        await clock.sleep(lookEvery, signal);
      }
    },
  };
}

type Content = ReturnType<typeof loadText>;

const keyOf = (content: Content): string => ('text' in content ? `text ${content.text}` : `problem ${content.complaint.text}`);

/** Settings are plain values in the fixed order of the schema. */
const equal = (one: Configuration, other: Configuration): boolean => JSON.stringify(one) === JSON.stringify(other);
