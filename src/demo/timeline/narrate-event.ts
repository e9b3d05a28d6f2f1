import type { DemoRecord } from '../records/record.ts';
import type { Line, Tone } from './line.ts';

type Event = Extract<DemoRecord, { readonly type: 'event' }>;

/** Events of evenkeel are told in their own words; what the cluster's own Events say is told by the objects that change. */
export function narrateEvent({ by, reason, note }: Event): Omit<Line, 'seconds'> | undefined {
  if (!isOurs(by) || untold.has(reason)) return undefined;
  return { who: 'evenkeel', what: shortened(note), reference: reason, tone: tones[reason] ?? 'plain' };
}

/** A policy's evictions carry the descheduler's name, for those who search for it. */
export const isOurs = (by: string): boolean => by.startsWith('evenkeel.dev/') || by === 'sigs.k8s.io.descheduler';

/** The device and the machine tell the same, closer to what happened. */
const untold: ReadonlySet<string> = new Set(['LeaderChanged', 'PowerOnEnded']);

const tones: Readonly<Record<string, Tone>> = {
  NodeUnhealthyDetected: 'bad',
  FencingHeld: 'good',
  FencingStarted: 'act',
  FencingFailed: 'bad',
  FencingTimedOut: 'bad',
  FencingVerified: 'good',
  FencingNotProved: 'bad',
  FencingNeedsHuman: 'good',
  ReleaseStarted: 'quiet',
  PodForceDeleted: 'quiet',
  OutOfServiceTaintRemoved: 'quiet',
  FencingSucceeded: 'good',
  PowerOnStarted: 'act',
  NodeRestored: 'good',
  RemoveDuplicates: 'quiet',
  CycleCompleted: 'good',
};

/** What repeats itself or says nothing: the same reading three times, the descheduler's foreword, pods displaced long ago, counts of 0. */
const shortened = (note: string): string =>
  note
    .replace(/(script [^;)]+)(?:; \1)+/gu, (all, one: string) => `${one}, ${all.split('; ').length} times`)
    .replace(/ The fence had displaced \d+ pods: .*$/u, '')
    .replace(/, (?:blocked|gone|failed|limited) 0(?=[, ])/gu, '')
    .replace(/^pod eviction from \S+ node by sigs\.k8s\.io\/descheduler: /u, 'one copy is evicted: ');
