import { between, parseRfc3339 } from '../../../../model/time.ts';

/** How long ago `time` was at `now`, as kubectl writes ages (`duration.HumanDuration`); `<unknown>` without a time. */
export function age(time: unknown, now: string): string {
  const [start, end] = [typeof time === 'string' ? parseRfc3339(time) : undefined, parseRfc3339(now)];
  return start === undefined || end === undefined ? '<unknown>' : humanDuration(between(start, end));
}

/** Two or three figures: `95s`, `9m30s`, `170m`, `7h59m`, `47h`, `7d23h`, `700d`, `7y364d`, `9y`. A moment that is yet to come is `<invalid>`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1_000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? longer(hours, minutes % 60) : days(hours);
}

const longer = (hours: number, minutes: number): string => (hours < 8 ? two(hours, 'h', minutes, 'm') : `${hours}h`);

function days(hours: number): string {
  const count = Math.floor(hours / 24);
  if (hours < 24 * 8) return two(count, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${count}d`;
  const years = Math.floor(count / 365);
  return hours < 24 * 365 * 8 ? two(years, 'y', count % 365, 'd') : `${years}y`;
}

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string => (small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`);
