import { z } from 'zod';
import type { Configuration, LeaderElectionSettings, RebalancingSettings } from '../../model/configuration.ts';
import { formatDuration, minutes, seconds } from '../../model/time.ts';
import { quote } from '../complaint.ts';
import type { Read } from '../duration.ts';
import { readCron } from './cron.ts';
import { absolutePath, complain, duration, objectName, setting, text } from './setting.ts';

/** Where /metrics, /healthz and /readyz are served. */
export const server = z
  .strictObject({
    address: setting(readAddress, {
      description: 'Where /metrics, /healthz and /readyz are served. They show no secrets, but only this machine can reach them unless another address is written. Port 0 lets the system choose one.',
      kind: 'text',
      allowed: 'an address and a port, such as 127.0.0.1:9808, [::1]:9808, or 0.0.0.0:9808 for every interface',
    }).prefault('127.0.0.1:9808'),
  })
  .transform(({ address }): Configuration['server'] => address)
  .prefault({});

function readAddress(raw: unknown): Read<Configuration['server']> {
  const match = typeof raw === 'string' ? /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})?)):(\d{1,5})$/u.exec(raw) : null;
  const port = Number(match?.[3]);
  if (match === null) return { problem: `${quote(raw)} is not an address with a port`, cure: 'write 127.0.0.1:9808, [::1]:9808, or 0.0.0.0:9808 for every interface' };
  if (port > 65_535) return { problem: `${port} is not a port`, cure: 'write a port from 0 to 65535' };
  return { value: { host: match[1] ?? match[2] ?? '', port } };
}

const dnsName = 'a Kubernetes name: small letters, digits, - and .';

export const leaderElection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Only the holder of the Lease acts. Without it, run one replica only: two would fence at once.'),
    namespace: text(objectName, { description: 'Namespace of the leader Lease and of the slot Leases.', allowed: dnsName }).prefault('evenkeel-system'),
    name: text(objectName, { description: 'Name of the leader Lease.', allowed: dnsName }).prefault('evenkeel'),
    leaseDuration: duration(seconds(1), minutes(10), 'How long a silent leader is still believed, in whole seconds. It is the pause in fencing when a leader dies.').prefault('15s'),
    renewDeadline: duration(seconds(0.5), minutes(10), 'A leader that could not renew for so long stops and exits. Shorter than leaseDuration, so that it stops before another begins.').prefault('10s'),
    retryPeriod: duration(seconds(0.1), minutes(1), 'Pause between two tries to take or renew the Lease.').prefault('2s'),
  })
  .superRefine((value, context) => {
    const { leaseDuration, renewDeadline, retryPeriod } = value;
    if (leaseDuration % 1_000 !== 0) complain(context, ['leaseDuration'], `${formatDuration(leaseDuration)} is not a whole number of seconds, which is what a Lease can hold`, 'write whole seconds');
    if (renewDeadline >= leaseDuration) complain(context, ['renewDeadline'], `${formatDuration(renewDeadline)} is not shorter than leaseDuration ${formatDuration(leaseDuration)}: two leaders could act at once`, `write less than ${formatDuration(leaseDuration)}`);
    if (retryPeriod >= renewDeadline) complain(context, ['retryPeriod'], `${formatDuration(retryPeriod)} is not shorter than renewDeadline ${formatDuration(renewDeadline)}: one failed try would end the leadership`, `write less than ${formatDuration(renewDeadline)}`);
  })
  .transform((value): LeaderElectionSettings => value)
  .prefault({});

export const rebalancing = z
  .strictObject({
    schedule: setting(readCron, {
      description: `When the controller itself rebalances, as a cron expression. Left out: only \`evenkeel rebalance\` does, for example from a CronJob.`,
      kind: 'cron expression',
      allowed: 'five fields: minute, hour, day of the month, month, day of the week, such as "*/3 * * * *"',
    }).optional(),
    timeZone: setting(readTimeZone, { description: 'Time zone of the schedule. Left out: that of the process, UTC in our image.', kind: 'time zone', allowed: 'a name of the IANA time zone database, such as Asia/Tokyo or UTC' }).optional(),
    afterRecovery: z.boolean().default(true).describe('Rebalance after a fenced node has returned and ended its probation. Needs policyFile.'),
    policyFile: absolutePath('A descheduler/v1alpha2 policy, read anew for each pass. Left out: the controller does not rebalance. `evenkeel check` reads it.').optional(),
  })
  .superRefine((value, context) => {
    if (value.schedule !== undefined && value.policyFile === undefined) complain(context, ['schedule'], 'there is no policyFile to run on this schedule', 'add rebalancing.policyFile, or remove the schedule');
  })
  .transform((value): RebalancingSettings => ({ schedule: value.schedule, timeZone: value.timeZone, afterRecovery: value.afterRecovery, policyFile: value.policyFile }))
  .prefault({});

function readTimeZone(raw: unknown): Read<string> {
  const wrong = { problem: `${quote(raw)} is not a time zone`, cure: 'write a name such as Asia/Tokyo, Europe/Berlin or UTC' };
  if (typeof raw !== 'string' || !/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/u.test(raw)) return wrong;
  try {
    return { value: new Intl.DateTimeFormat('en', { timeZone: raw }).resolvedOptions().timeZone === '' ? '' : raw };
  } catch {
    return wrong; // Intl has no other way to say no
  }
}

export const logging = z
  .strictObject({
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info').describe('The least important lines that are written.'),
    format: z.enum(['json', 'text']).default('json').describe('One JSON object per line, or lines for people.'),
  })
  .prefault({});
