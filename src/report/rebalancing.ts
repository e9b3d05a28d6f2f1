import type { CycleSummary, Eviction, RebalanceEntry } from '../model/rebalancing.ts';
import type { Clock } from '../model/time.ts';
import type { EventToWrite, EventWriter } from './kubernetes-events.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface RebalanceReportParts {
  readonly events: EventWriter;
  readonly metrics: Pick<Metrics, 'evictions'>;
  readonly log: Log;
  readonly clock: Clock;
  /** `evictionFailureEventNotification` of the policy: a Warning Event for each eviction that failed. */
  readonly failureEvents: boolean;
}

/** Gives each entry of a rebalance run its log line, its metric and, for real evictions, the reference's Event with our reason in it. */
export function rebalanceReporter(parts: RebalanceReportParts): (entry: RebalanceEntry) => void {
  return (entry) => {
    switch (entry.kind) {
      case 'eviction':
        return tell(parts, entry.eviction, { outcome: entry.answer.kind, cause: 'because' in entry.answer ? entry.answer.because : undefined, dryRun: entry.dryRun });
      case 'limited':
        return tell(parts, entry.eviction, { outcome: 'limited', cause: entry.because, dryRun: entry.dryRun });
      case 'stopped':
        return parts.log.warn({ cause: entry.cause, dryRun: entry.dryRun }, `Rebalancing stopped: ${entry.because}`);
      case 'warning':
        return parts.log.warn(entry.because);
      case 'finished':
        tellFailures(parts, entry.summary);
        return parts.log.info({ ...entry.summary.totals, nodes: entry.summary.nodes, pods: entry.summary.pods, dryRun: entry.dryRun }, 'Rebalancing has finished');
      default:
        return entry satisfies never;
    }
  };
}

/** A strategy that could not work evicts nothing, and nothing else would say so: a source of usage figures is down, say. */
function tellFailures({ log }: RebalanceReportParts, { strategies }: CycleSummary): void {
  for (const { profile, strategy, failed } of strategies) if (failed !== undefined) log.warn({ profile, strategy }, `${strategy} could not work in this cycle: ${failed}`);
}

interface Told {
  readonly outcome: 'evicted' | 'blocked' | 'gone' | 'failed' | 'limited';
  readonly cause: string | undefined;
  readonly dryRun: boolean;
}

function tell(parts: RebalanceReportParts, eviction: Eviction, told: Told): void {
  const { strategy, profile, node, pod, because } = eviction;
  const facts = { strategy, profile, node, pod: `${pod.namespace}/${pod.name}`, outcome: told.outcome, dryRun: told.dryRun };
  const says = `${openings[told.outcome](told.dryRun)} ${pod.namespace}/${pod.name}: ${because}${told.cause === undefined ? '' : `; ${told.cause}`}`;
  if (told.outcome === 'failed') parts.log.warn(facts, says);
  else parts.log.info(facts, says);
  if (told.dryRun) return;
  parts.metrics.evictions.inc({ strategy, profile, outcome: told.outcome });
  if (told.outcome === 'evicted' || parts.failureEvents) parts.events.write(eventOf(parts, eviction, told));
}

const openings: Readonly<Record<Told['outcome'], (dryRun: boolean) => string>> = {
  evicted: (dryRun) => (dryRun ? 'Would evict' : 'Evicted'),
  blocked: () => 'Not allowed to evict',
  gone: () => 'No need to evict',
  failed: () => 'Failed to evict',
  limited: () => 'A limit keeps from evicting',
};

/** The reference's Event, so that users' filters go on working; the sentence after it is ours. */
function eventOf({ clock }: RebalanceReportParts, { pod, node, strategy, because }: Eviction, { outcome, cause }: Told): EventToWrite {
  const success = outcome === 'evicted';
  return {
    reason: success ? strategy : 'EvictionFailed',
    action: 'Descheduled',
    type: success ? 'Normal' : 'Warning',
    note: `pod eviction from ${node} node by sigs.k8s.io/descheduler${cause === undefined ? '' : ` failed: ${cause}`}: ${because}`,
    at: clock.now().wall,
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: pod.uid },
    related: undefined,
    reporter: 'sigs.k8s.io.descheduler',
  };
}
