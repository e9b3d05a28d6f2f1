import { ageInSeconds, showAge } from '../../src/decide/rebalancing/age.ts';
import { type Condition, given, hasExitCode, hasNoOwnerOf, meets, sentence } from '../../src/decide/rebalancing/conditions.ts';
import { type OtherContainers, reasonsOf } from '../../src/decide/rebalancing/container-states.ts';
import { scopeOf } from '../../src/decide/rebalancing/scope.ts';
import type { Explainer, Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import type { Instant } from '../../src/model/time.ts';
import { parseArgs, type RemoveFailedPodsArgs } from './args.ts';

/** Clears away failed pods, which keep their place in quotas and lists, and lets their owners start anew. */
export const removeFailedPods: Strategy<RemoveFailedPodsArgs> = {
  name: 'RemoveFailedPods',
  summary: 'Evicts pods in the phase Failed, by age, reason and exit code.',
  extensionPoint: 'deschedule',
  parseArgs,
  propose,
  needs: ({ reasons = [], exitCodes = [] }) => ({ podDetails: reasons.length + exitCodes.length > 0 }),
};

function* propose(view: StrategyView, args: RemoveFailedPodsArgs): Proposals {
  const conditions = conditionsOf(args, view.now);
  // The phase is asked before DefaultEvictor: few pods have failed, and of the others no refusal is worth telling.
  const wanted = { ...scopeOf(args), phases: 'Failed', where: meets(conditions, view.explain) } as const;
  for (const node of view.nodes) {
    if (view.explain !== undefined) explainOthers(view, node, args, view.explain);
    for (const pod of view.candidates(node, wanted)) yield { pod, because: sentence(pod, conditions), group: node.name };
  }
}

function explainOthers(view: StrategyView, node: NodeRecord, args: RemoveFailedPodsArgs, explain: Explainer): void {
  for (const pod of view.pods(node, { ...scopeOf(args), phases: 'all' })) if (pod.phase !== 'Failed') explain.pod(pod, `its phase is ${pod.phase}, not Failed`);
}

function conditionsOf(args: RemoveFailedPodsArgs, now: Instant): Condition[] {
  const { minPodLifetimeSeconds, includingInitContainers: init } = args;
  return [
    hasFailedAtAge(minPodLifetimeSeconds, now),
    ...given(args.excludeOwnerKinds, (kinds) => hasNoOwnerOf(kinds, 'excludeOwnerKinds')),
    ...given(args.reasons, (reasons) => hasReason(reasons, { init })),
    ...given(args.exitCodes, (codes) => hasExitCode(codes, { init })),
  ];
}

/** With a least age of 0 nothing is asked, so that pods of unknown age can be had, too. */
const hasFailedAtAge = (least: number, now: Instant): Condition => ({
  holds: ({ createdAt }) => least === 0 || (ageInSeconds(createdAt, now) ?? -1) >= least,
  because: ({ createdAt }) => `is Failed with an ${showAge(ageInSeconds(createdAt, now))}, minPodLifetimeSeconds is ${least}`,
  otherwise: ({ createdAt }) => `its ${showAge(ageInSeconds(createdAt, now))} is below minPodLifetimeSeconds (${least})`,
});

function hasReason(reasons: readonly string[], which: OtherContainers): Condition {
  const listed = (pod: PodRecord): string | undefined => reasonsOf(pod, which).find((reason) => reasons.includes(reason));
  return {
    holds: (pod) => listed(pod) !== undefined,
    because: (pod) => `has the reason ${listed(pod)}`,
    otherwise: () => `neither it nor a container of it has one of reasons (${reasons.join(', ')})`,
  };
}
