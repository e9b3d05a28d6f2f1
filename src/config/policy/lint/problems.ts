import { evictorArgNames } from '../../../decide/rebalancing/evictor-args.ts';
import { parseSelector } from '../../../model/selector.ts';
import { nearest } from '../../spelling.ts';
import type { PolicyDocument } from '../document.ts';
import { defaultEvictor, type Plugins } from '../plugins.ts';
import type { DraftProfile, PluginProblem } from '../profile.ts';
import { checkMetricsProviders } from '../providers.ts';
import type { WrittenPolicy } from '../schema.ts';
import type { Path } from './remark.ts';

/** Everything that is wrong with a policy that can be decoded outside its args, each with its place, in the order of the file. */
export function placedProblems(document: PolicyDocument, written: WrittenPolicy, drafts: readonly DraftProfile[], plugins: Plugins): string[] {
  const meantPlugin = (plugin: string): string => didYouMean(plugins.has(plugin) ? undefined : nearest(plugin, [...plugins.keys()]));
  const found: { readonly path: Path; readonly says: string }[] = checkMetricsProviders(written).map((says) => ({ path: ['metricsProviders'], says }));
  const nodes = parseSelector(written.nodeSelector ?? '');
  if ('problem' in nodes) found.push({ path: ['nodeSelector'], says: `nodeSelector: ${nodes.problem}` });
  for (const [at, draft] of drafts.entries()) {
    const path = ['profiles', at];
    found.push(...draft.undecodable.map((each) => ({ path: [...path, 'pluginConfig', each.at, 'args', ...fieldIn(each.says)], says: `${each.plugin}: ${each.says}${meantField(each)}` })));
    found.push(...draft.problems.map((each) => ({ path: [...path, 'pluginConfig', each.at, ...(each.path.length === 0 ? [] : ['args', ...each.path])], says: `${each.says}${meantPlugin(each.plugin)}` })));
    found.push(...draft.misuse.map((each) => ({ path: [...path, ...each.path], says: `${each.says}${meantPlugin(each.plugin)}` })));
  }
  return found.map(({ path, says }) => ({ place: document.place(path), says })).toSorted(byPlace).map(({ place, says }) => `${place}: ${says}`);
}

/** By line, then column. */
export function byPlace(left: { readonly place: string }, right: { readonly place: string }): number {
  const [line = 0, column = 0] = left.place.split(':').map(Number);
  const [otherLine = 0, otherColumn = 0] = right.place.split(':').map(Number);
  return line - otherLine || column - otherColumn;
}

const unknownField = /unknown field "([^"]+)"/u;

/** The path of the field that a complaint about args is about. */
function fieldIn(says: string): Path {
  const name = unknownField.exec(says)?.[1] ?? /^([\w.[\]]+): /u.exec(says)?.[1] ?? '';
  return name.split(/[.[\]]+/u).filter((part) => part !== '').map((part) => (/^\d+$/u.test(part) ? Number(part) : part));
}

/** Arguments of strategies, for those who misspell them; which plugin has which is in its README. */
const argNames = ['namespaces', 'include', 'exclude', 'labelSelector', 'excludeOwnerKinds', 'maxPodLifeTimeSeconds', 'states', 'conditions', 'exitCodes', 'ownerKinds', 'includingInitContainers', 'includingEphemeralContainers', 'podRestartThreshold', 'minPodLifetimeSeconds', 'reasons', 'nodeAffinityType', 'includePreferNoSchedule', 'excludedTaints', 'includedTaints', 'constraints', 'topologyBalanceNodeFit', 'thresholds', 'targetThresholds', 'useDeviationThresholds', 'numberOfNodes', 'evictableNamespaces', 'evictionLimits', 'evictionModes', 'metricsUtilization'];

function meantField({ plugin, says }: PluginProblem): string {
  const written = unknownField.exec(says)?.[1]?.split('.').at(-1) ?? '';
  const meant = nearest(written, plugin === defaultEvictor ? evictorArgNames : argNames);
  return didYouMean(meant === written ? undefined : meant);
}

const didYouMean = (meant: string | undefined): string => (meant === undefined ? '' : `; did you mean "${meant}"?`);
