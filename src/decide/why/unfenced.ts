import type { NodeRecord } from '../../model/cluster.ts';
import { selects } from '../../model/labels.ts';
import type { NodeFence } from '../../model/nodefence.ts';
import { between, formatDuration } from '../../model/time.ts';
import type { Verdict, WhyFacts } from './facts.ts';
import { guardMeanings } from './guard-meanings.ts';

type Answer = Omit<Verdict, 'node' | 'notes'>;

/** Why no fence of the node is open: judged from a live look, by the same rules as the controller's. */
export function whyNotFenced(facts: WhyFacts): Answer {
  const { node, name } = facts;
  if (node === undefined) return { verdict: 'NoSuchNode', rule: 'NodeGone', because: `there is no Node object ${name}`, waitsFor: 'nothing', change: ['kubectl get nodes   shows the names'] };
  const since = facts.readySince === undefined ? {} : { since: facts.readySince };
  if (node.ready === 'True') return { verdict: 'Ready', rule: 'Ready', ...since, because: 'the node is well, and no fence of it is open', waitsFor: 'nothing', change: [] };
  if (!selects(facts.settings.nodeSelector, node.labels)) {
    return { verdict: 'NotSelected', rule: 'NotSelected', ...since, because: `Ready is ${node.ready ?? 'absent'}, and fencing.nodeSelector does not select the node`, ...spelled('NotSelected', name) };
  }
  return cancelled(facts, node) ?? { ...silent(facts, node), ...since };
}

function cancelled({ fences, name }: WhyFacts, node: NodeRecord): Answer | undefined {
  const fence = fences.find(({ spec, status }) => spec.nodeUID === node.uid && spec.bootID === node.bootID && status?.reason === 'Cancelled');
  if (fence === undefined) return undefined;
  return { verdict: 'Cancelled', rule: 'Cancelled', because: `a person cancelled the fence of this boot of the node (${fence.metadata.name})`, waitsFor: 'the node to boot anew', change: [`evenkeel fence ${name} --reason TEXT`], fence };
}

function silent({ leader, settings, readySince, now }: WhyFacts, node: NodeRecord): Answer {
  if (node.ready === undefined) return { verdict: 'NeverReported', rule: 'NoCondition', because: 'the node has no condition Ready: its kubelet has never reported', waitsFor: 'its kubelet', change: [] };
  if (leader.kind === 'nobody' || leader.kind === 'silent') {
    const last = leader.kind === 'nobody' ? 'nobody holds the Lease evenkeel' : `${leader.holder} has not renewed the Lease evenkeel for ${formatDuration(leader.for)}`;
    return { verdict: 'NobodyLeads', rule: 'NoLeader', because: `${last}: nobody decides anything`, waitsFor: 'a replica of evenkeel to lead', change: ['kubectl -n evenkeel-system get pods', 'kubectl -n evenkeel-system logs deployment/evenkeel'] };
  }
  const down = readySince === undefined ? undefined : between(readySince, now);
  if (down === undefined || down < settings.window) {
    return { verdict: 'BelowThreshold', rule: 'Threshold', because: `Ready is ${node.ready}${down === undefined ? '' : ` for ${formatDuration(down)}`} of the ${formatDuration(settings.window)} that are asked for`, waitsFor: 'the threshold to pass, or the node to come back', change: [] };
  }
  return { verdict: 'NotOpenedYet', rule: 'NoFence', because: `Ready is ${node.ready} for ${formatDuration(down)}, and the controller has opened no fence`, waitsFor: 'the controller: it counts from when it saw the node go itself, on its own clock', change: ['kubectl -n evenkeel-system logs deployment/evenkeel'] };
}

const spelled = (guard: keyof typeof guardMeanings, name: string): Pick<Verdict, 'waitsFor' | 'change'> => ({ waitsFor: guardMeanings[guard].waitsFor, change: guardMeanings[guard].change(name) });

/** The record of this node that ended last: what happened the time before. */
export const lastEnded = (fences: readonly NodeFence[]): NodeFence | undefined =>
  fences.filter(({ status }) => status !== undefined).toSorted((one, other) => (other.metadata.creationTimestamp ?? '').localeCompare(one.metadata.creationTimestamp ?? ''))[0];
