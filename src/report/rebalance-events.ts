import type { CycleSummary, Tally } from '../model/rebalancing.ts';
import type { NodeFence } from '../model/nodefence.ts';
import type { ObjectReference } from './kubernetes-events.ts';
import { leaseReference, type Reporter } from './report.ts';

/** What made the controller rebalance. */
export type Trigger = { readonly kind: 'schedule' } | { readonly kind: 'recovery'; readonly fences: readonly NodeFence[] };

export interface PassReporter {
  /** So many evictions are about to be tried. */
  planned(evictions: number, dryRun: boolean): void;
  completed(summary: CycleSummary, dryRun: boolean): void;
}

/** The Events about one pass as a whole. They regard the node that has come back, or evenkeel itself for a pass of the schedule. */
export function passReporter(report: Reporter, trigger: Trigger, lease: { readonly namespace: string; readonly name: string }): PassReporter {
  const about = aboutOf(trigger, lease);
  const opening = openingOf(trigger);
  return {
    planned: (evictions, dryRun) => report.tell('RebalancePlanned', `${opening} ${dryRun ? 'would evict' : 'evicts'} up to ${evictions} pods.${displacedIn(trigger)}`, about),
    completed(summary, dryRun) {
      // A pass every few minutes that finds nothing to do is no change.
      if (trigger.kind === 'schedule' && !noteworthy(summary.totals)) return;
      report.tell('CycleCompleted', `${opening} ${sentence(summary, dryRun)}${displacedIn(trigger)}`, { ...about, facts: { ...summary.totals, nodes: summary.nodes, pods: summary.pods } });
    },
  };
}

function aboutOf(trigger: Trigger, lease: { readonly namespace: string; readonly name: string }): { regarding: ObjectReference; related?: ObjectReference } {
  const fence = trigger.kind === 'recovery' ? trigger.fences.at(-1) : undefined;
  if (fence === undefined) return { regarding: leaseReference(lease) };
  return {
    regarding: { apiVersion: 'v1', kind: 'Node', name: fence.spec.nodeName, uid: fence.spec.nodeUID },
    related: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', name: fence.metadata.name, uid: fence.metadata.uid },
  };
}

const openingOf = (trigger: Trigger): string =>
  trigger.kind === 'schedule' ? 'Rebalancing by schedule' : `Rebalancing after the return of ${trigger.fences.map(({ spec }) => spec.nodeName).join(', ')}`;

const noteworthy = ({ evicted, blocked, failed, gone }: Tally): boolean => evicted + blocked + failed + gone > 0;

function sentence({ totals, nodes, pods, strategies, stopped }: CycleSummary, dryRun: boolean): string {
  const { evicted, blocked, gone, failed, limited } = totals;
  const refused = new Map<string, number>();
  for (const each of strategies) for (const [cause, count] of Object.entries(each.refused)) refused.set(cause, (refused.get(cause) ?? 0) + count);
  const left = [...refused].map(([cause, count]) => `${count} ${cause}`).join(', ');
  const done = `${dryRun ? 'would have evicted' : 'has evicted'} ${evicted}, blocked ${blocked}, gone ${gone}, failed ${failed}, limited ${limited} of ${pods} pods on ${nodes} nodes`;
  const broken = strategies.flatMap(({ strategy, failed }) => (failed === undefined ? [] : [`; ${strategy} could not work: ${failed}`])).join('');
  return `${done}${left === '' ? '' : `; left alone: ${left}`}${broken}${stopped === undefined ? '' : `; stopped: ${stopped.because}`}.`;
}

/** As many as a person reads. */
const mostNamed = 10;

function displacedIn(trigger: Trigger): string {
  if (trigger.kind === 'schedule') return '';
  const displaced = trigger.fences.flatMap(({ status }) => status?.displaced ?? []);
  if (displaced.length === 0) return ' The fence had displaced no pods.';
  const named = displaced.slice(0, mostNamed).map(({ namespace, name }) => `${namespace}/${name}`);
  return ` The fence had displaced ${displaced.length} pods: ${named.join(', ')}${displaced.length > named.length ? ' and others' : ''}.`;
}
