import { createTask } from 'node-cron';
import type { Instant } from '../model/time.ts';

/** Whether a schedule has a slot at this minute (the wall clock, whole minutes). All that is taken of node-cron: its reading of a schedule. */
export type CronMatcher = (minute: Instant) => boolean;

/** The port behind which node-cron stands: when to look, and what a slot is, is ours, on our own clock. */
export type Cron = (expression: string, timeZone: string | undefined) => CronMatcher;

export const nodeCron: Cron = (expression, timeZone) => {
  const task = createTask(expression, () => undefined, timeZone === undefined ? {} : { timezone: timeZone });
  // It keeps every task in a list of its own, for processes that schedule by it.
  void task.destroy();
  return (minute) => task.match(new Date(minute));
};
