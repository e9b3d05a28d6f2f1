import { findCorruption } from '../embedded/machines/two-writers.ts';
import { type Clock, elapsed, type Tick } from '../model/time.ts';
import type { Break } from './breaks.ts';
import { explanations } from './explanations.ts';
import { openWorld, type World } from './process/world.ts';
import { type Recorder, recorder } from './records/recorder.ts';
import { serving, servingText } from './serving.ts';
import type { Outcome } from './story/outcome.ts';
import { play } from './story/play.ts';
import { Interrupted } from './story/until.ts';
import { summarize, type Summary } from './summary/summary.ts';
import { jsonScreen, type Screen, type ScreenParts, textScreen } from './timeline/screen.ts';

export interface DemoOptions {
  readonly json: boolean;
  /** Keep the cluster up after the story. */
  readonly serve: boolean;
  /** What evenkeel has to refuse; the story of a recovery when absent. */
  readonly break: Break | undefined;
}

export interface DemoParts extends ScreenParts {
  readonly clock: Clock;
  error(text: string): void;
  /** A number for the cluster's own chance. */
  readonly seed: number;
  /** PATH, for the processes that are started. */
  readonly path: string | undefined;
  /** Runs one command of evenkeel, as typed, and returns what it prints. */
  evenkeel(args: readonly string[]): Promise<string>;
  /** Aborts when the person has seen enough. */
  readonly stop: AbortSignal;
}

/** 0: told to its end and all went as it should, or served until stopped; 1: it went otherwise; 130: stopped on the way. */
export type ExitCode = 0 | 1 | 130;

/** Tells one story live, and leaves nothing behind, however it ends. */
export async function demo(options: DemoOptions, parts: DemoParts): Promise<ExitCode> {
  const screen = options.json ? jsonScreen(parts) : textScreen(parts);
  const cleanup = new AsyncDisposableStack();
  try {
    screen.open(explanations[options.break ?? 'recovery']);
    return await show({ ...parts, options, screen, cleanup, recorder: recorder(parts.clock, screen.tell), began: parts.clock.now().tick });
  } finally {
    screen.waitFor('everything to end');
    await cleanup.disposeAsync();
    screen.stop();
  }
}

interface Show extends DemoParts {
  readonly options: DemoOptions;
  readonly screen: Screen;
  readonly cleanup: AsyncDisposableStack;
  readonly recorder: Recorder;
  readonly began: Tick;
}

async function show(parts: Show): Promise<ExitCode> {
  const { options, screen, recorder, stop, cleanup } = parts;
  const world = await openWorld({ ...parts, open: options.serve }, cleanup);
  if (options.serve) recorder.record(serving(world));
  const end = await play(options.break, { ...parts, waitFor: screen.waitFor, record: recorder.record }, world);
  // Whoever plays with the cluster afterwards sees what comes of it; for programs the summary is the last line.
  if (!options.serve || options.json || end instanceof Error) recorder.end();
  if (end instanceof Interrupted && stop.aborted) {
    screen.say('\nStopped before the end. Nothing is left behind.\n');
    return 130;
  }
  const summary = summaryOf(end, world, parts);
  screen.close(summary);
  if (!summary.ok) parts.error(`\nThis should not have happened. The controller's last words:\n${world.controller.lastWords()}\n`);
  if (options.serve) await keepUp(world, parts);
  return summary.ok ? 0 : 1;
}

function summaryOf(end: Outcome | Error, { cluster }: World, { options, recorder, clock, began }: Show): Summary {
  return summarize({
    story: options.break ?? 'recovery',
    outcome: end instanceof Error ? undefined : end,
    ...(end instanceof Error ? { failure: end.message } : {}),
    records: recorder.records,
    twoWriters: [...findCorruption(cluster.machines.disks).values()].flat().length,
    tookSeconds: Math.round(elapsed(began, clock.now().tick) / 1_000),
  });
}

async function keepUp(world: World, { stop, screen, recorder }: Show): Promise<void> {
  screen.say(servingText(world));
  screen.waitFor('Ctrl-C');
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  const end = await Promise.race([stopped, world.controller.ended]);
  recorder.end();
  if (end !== undefined) screen.say(`\nThe controller has ended by itself (${end}): so does the demo. Its last words:\n${world.controller.lastWords()}\n`);
}
