import type { Configuration } from '../model/configuration.ts';
import type { Clock } from '../model/time.ts';
import type { Log } from '../report/log.ts';
import type { Metrics } from '../report/metrics.ts';
import { leaseReference, type Reporter } from '../report/report.ts';
import { type ConfigurationChange, followConfiguration, type LiveConfiguration } from './live-configuration.ts';

interface ReloadParts {
  readonly file: string;
  readonly first: Configuration;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'configValid'>;
  readonly reporter: Reporter;
  /** A pass may have something to decide under the new settings. */
  changed(): void;
}

/** Follows the configuration file and says what became of each change: metric, log, and an Event for what is refused. */
export function reload(parts: ReloadParts): LiveConfiguration {
  const { file, first, clock, metrics } = parts;
  metrics.configValid.set(1);
  return followConfiguration({
    file,
    first,
    clock,
    changed(change) {
      metrics.configValid.set(change.kind === 'rejected' ? 0 : 1);
      if (change.kind === 'rejected') reject(parts, change.complaints.map(({ text }) => text));
      else accept(parts, change);
      parts.changed();
    },
  });
}

function reject({ file, log, reporter, first }: ReloadParts, complaints: readonly string[]): void {
  for (const complaint of complaints) log.error(complaint);
  const note = `${file} is not valid (${complaints.length} ${complaints.length === 1 ? 'problem' : 'problems'}); the last good configuration stays in force. ${complaints.join(' | ')}`;
  reporter.tell('ConfigRejected', note, { regarding: leaseReference(first.leaderElection) });
}

function accept({ file, log }: ReloadParts, change: Exclude<ConfigurationChange, { kind: 'rejected' }>): void {
  if (change.kind === 'restored') return log.info(`${file} is valid again, and says what is in force`);
  const { configuration, restart } = change;
  log.level = configuration.logging.level;
  log.info({ mode: configuration.mode }, `${file} has changed and is in force`);
  if (restart.length > 0) log.warn(`${restart.join(', ')} cannot change while evenkeel runs: the old value stays in force until it is started anew`);
}
