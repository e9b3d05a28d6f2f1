import { instant } from '../../src/model/time.ts';
import { canonicallyEqual } from './canonical/canonical.ts';
import type { Attempt, Outcome } from './case.ts';
import type { Ran } from './family.ts';
import { runOurs } from './ours.ts';
import { replay } from './witness/replay.ts';

/** How well ours and the reference's choice agree, best first. */
export const grades = ['exact', 'canonical', 'replayed', 'failed'] as const;
export type Grade = (typeof grades)[number];

export interface Comparison extends Ran {
  readonly ours: Outcome;
  readonly grade: Grade;
  /** What is wrong, when it failed. */
  readonly because?: string;
}

/**
 * Exactly the same evictions; the same as far as the rules determine them; or others that the rules allow as well. Either way each
 * side has to pass the replay: two who make the same mistake agree, too.
 */
export async function compare(ran: Ran): Promise<Comparison> {
  const { given, now } = ran;
  const ours = await runOurs(given, instant(now));
  const graded = (grade: Grade, because?: string): Comparison => ({ ...ran, ours, grade, ...(because === undefined ? {} : { because }) });
  const illegal = judge(ran, ours);
  return illegal === undefined ? graded(closeness(ran, ours)) : graded('failed', illegal);
}

/** Why the two outcomes cannot both be right. */
function judge({ given, now, reference }: Ran, ours: Outcome): string | undefined {
  if (reference.kind === 'refused' || ours.kind === 'refused') {
    if (reference.kind === ours.kind) return undefined;
    return reference.kind === 'refused' ? `the reference refuses the policy: ${reference.because}` : `evenkeel refuses the policy: ${ours.kind === 'refused' ? ours.because : ''}`;
  }
  const verdicts = [
    ['the reference', replay(given, reference.evictions, instant(now))],
    ['evenkeel', replay(given, ours.evictions, instant(now))],
  ] as const;
  const problems = verdicts.flatMap(([who, verdict]) => (verdict.legal ? [] : [`the replay of what ${who} did stops at step ${verdict.at + 1}: ${verdict.because}`]));
  return problems.length === 0 ? undefined : problems.join('; ');
}

function closeness({ given, now, reference }: Ran, ours: Outcome): Grade {
  if (reference.kind === 'refused' || ours.kind === 'refused') return 'exact';
  if (reference.evictions.map(line).join('\n') === ours.evictions.map(line).join('\n')) return 'exact';
  return canonicallyEqual(given, ours.evictions, { theirs: reference.evictions, now: instant(now) }) ? 'canonical' : 'replayed';
}

/** One eviction in one line. */
export const line = ({ profile, strategy, namespace, name }: Attempt): string => `${profile}/${strategy} ${namespace}/${name}`;
