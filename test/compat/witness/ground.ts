import { ClusterIndex, isActive } from '../../../src/decide/rebalancing/cluster-index.ts';
import { evictorSettings, readEvictorArgs } from '../../../src/decide/rebalancing/evictor-args.ts';
import { Evictor } from '../../../src/decide/rebalancing/evictor.ts';
import { Limits } from '../../../src/decide/rebalancing/limits.ts';
import { Shapes } from '../../../src/decide/rebalancing/node-choice.ts';
import { NodeFit } from '../../../src/decide/rebalancing/node-fit.ts';
import { parseBudget } from '../../../src/kube/records/budget.ts';
import { parseClaim } from '../../../src/kube/records/claim.ts';
import { parseNamespace } from '../../../src/kube/records/namespace.ts';
import { parseNode } from '../../../src/kube/records/node.ts';
import { parsePodWithDetails } from '../../../src/kube/records/pod.ts';
import type { NodeRecord, PodRecord } from '../../../src/model/cluster.ts';
import { selects } from '../../../src/model/labels.ts';
import { everything, parseSelector, readLabelSelector } from '../../../src/model/selector.ts';
import type { Instant } from '../../../src/model/time.ts';
import type { Case } from '../case.ts';
import type { WrittenPolicy, WrittenProfile } from './policy.ts';

/** The cluster of a case. It never moves: evictions are granted and change nothing. */
export interface Ground {
  readonly now: Instant;
  /** The nodes of the cycle. */
  readonly nodes: readonly NodeRecord[];
  readonly index: ClusterIndex;
  /** The limits of the whole cycle, as far as they are used up. */
  readonly limits: Limits;
  readonly shapes: Shapes;
}

/** The same through the filters of one profile. */
export interface View extends Ground {
  readonly evictable: (pod: PodRecord) => boolean;
  readonly mayGo: (pod: PodRecord) => boolean;
  readonly forbids: (pod: PodRecord) => string | undefined;
  /** The pods of the cycle's nodes that are in scope, node by node. */
  pods(scope: Scope, phases: 'active' | 'all'): PodRecord[];
  /** Those that pass both filters too. */
  candidates(scope: Scope, phases: 'active' | 'all'): PodRecord[];
}

/** The two arguments that most plugins have. */
export interface Scope {
  readonly namespaces?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  readonly labelSelector?: object;
}

export function groundOf(given: Case, now: Instant): Ground {
  const policy = given.policy as WrittenPolicy;
  const { objects } = given;
  const index = new ClusterIndex({
    nodes: objects.nodes.map((node) => parseNode(node)),
    pods: objects.pods.map((pod) => parsePodWithDetails(pod)),
    budgets: objects.poddisruptionbudgets.map(parseBudget),
    namespaces: objects.namespaces.map(parseNamespace),
    claims: objects.persistentvolumeclaims.map(parseClaim),
  });
  const chosen = selectorOf(policy.nodeSelector);
  return {
    now,
    index,
    nodes: index.nodes.filter((node) => isReady(node) && selects(chosen, node.labels)),
    limits: new Limits({ perNode: policy.maxNoOfPodsToEvictPerNode ?? undefined, perNamespace: policy.maxNoOfPodsToEvictPerNamespace ?? undefined, total: policy.maxNoOfPodsToEvictTotal ?? undefined }),
    shapes: new Shapes(),
  };
}

const isReady = ({ ready }: NodeRecord): boolean => ready === undefined || ready === 'True';

export function viewOf(ground: Ground, given: Case, profile: WrittenProfile): View {
  const evictor = evictorOf(ground, given, profile);
  const evictable = remembered((pod) => evictor.filter(pod) === undefined);
  const mayGo = remembered((pod) => evictor.preEvictionFilter(pod) === undefined);
  const pods: View['pods'] = (scope, phases) => {
    const wanted = inScope(scope);
    return ground.nodes.flatMap((node) => ground.index.allPodsOn(node.name)).filter((pod) => (phases === 'all' || isActive(pod)) && wanted(pod));
  };
  return {
    ...ground,
    evictable,
    mayGo,
    forbids: (pod) => ground.limits.reachedFor(pod)?.because,
    pods,
    candidates: (scope, phases) => pods(scope, phases).filter((pod) => evictable(pod) && mayGo(pod)),
  };
}

/** The reference's DefaultEvictor, with what it does otherwise than it says. */
function evictorOf(ground: Ground, { objects }: Case, { pluginConfig }: WrittenProfile): Evictor {
  const read = readEvictorArgs((pluginConfig ?? []).find(({ name }) => name === 'DefaultEvictor')?.args);
  if (read.kind === 'undecodable') throw new Error(`The case has no usable DefaultEvictor: ${read.because}`);
  const { value, name } = read.args.priorityThreshold ?? {};
  const named = objects.priorityclasses.map((each) => each as { metadata: { name: string }; value: number }).find(({ metadata }) => metadata.name === name);
  const settings = evictorSettings(read.args, value ?? named?.value);
  const { index, shapes, now } = ground;
  const fitNodes = index.nodes.filter((node) => isReady(node) && settings.nodeSelector !== undefined && selects(settings.nodeSelector, node.labels));
  return new Evictor(settings, { index, now, referenceDefects: true }, new NodeFit(index, fitNodes, shapes));
}

function remembered(asks: (pod: PodRecord) => boolean): (pod: PodRecord) => boolean {
  const known = new Map<PodRecord, boolean>();
  return (pod) => {
    const answer = known.get(pod) ?? asks(pod);
    known.set(pod, answer);
    return answer;
  };
}

function selectorOf(text: string | undefined): typeof everything {
  const read = parseSelector(text ?? '');
  return 'selector' in read ? read.selector : everything;
}

export function inScope({ namespaces, labelSelector }: Scope): (pod: PodRecord) => boolean {
  const { include = [], exclude = [] } = namespaces ?? {};
  const read = readLabelSelector(labelSelector ?? {});
  const labels = 'selector' in read ? read.selector : everything;
  return (pod) => (include.length === 0 || include.includes(pod.namespace)) && !exclude.includes(pod.namespace) && selects(labels, pod.labels);
}
