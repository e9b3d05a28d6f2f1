import { formatDuration } from '../../model/time.ts';
import { pauseNote } from '../fencing/guards.ts';
import type { Verdict, WhyFacts } from './facts.ts';
import { openFence, whyFenced } from './fenced.ts';
import { lastEnded, whyNotFenced } from './unfenced.ts';

/** Why this node is, or is not, being fenced. */
export function why(facts: WhyFacts): Verdict {
  const fence = openFence(facts);
  const answer = fence === undefined ? whyNotFenced(facts) : whyFenced(fence, facts);
  const last = fence === undefined && answer.fence === undefined ? lastEnded(facts.fences) : undefined;
  return { node: facts.name, ...answer, notes: notesOf(facts, answer.rule), ...(last === undefined ? {} : { fence: last }) };
}

function notesOf({ paused, leader, settings, node }: WhyFacts, rule: string): string[] {
  const notes: string[] = [];
  if (paused !== undefined && rule !== 'Paused') notes.push(`${pauseNote(paused)}: nothing new is begun`);
  if (leader.kind === 'unseen') notes.push('you may not read the Lease evenkeel: whether anybody leads is not known');
  if (rule !== 'NoLeader' && leader.kind === 'nobody') notes.push('nobody leads: nothing moves');
  if (rule !== 'NoLeader' && leader.kind === 'silent') notes.push(`${leader.holder} has not renewed its Lease for ${formatDuration(leader.for)}: nothing moves`);
  if (node !== undefined && (rule === 'NotSelected' || rule === 'Threshold' || rule === 'NoFence')) notes.push(`judged by ${settings.from}`);
  return notes;
}
