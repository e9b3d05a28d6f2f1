import { describe, expect, it } from 'vitest';
import type { Attempt } from './case.ts';
import type { Comparison } from './compare.ts';
import { flipsByOption, shortcomings, summaryLine } from './tally.ts';

const eviction: Attempt = { namespace: 'shop', name: 'web-1', profile: 'default', strategy: 'PodLifeTime' };

function aComparison(given: Partial<Comparison> & { readonly flips?: string } = {}): Comparison {
  const { flips, ...rest } = given;
  const outcome = { kind: 'evicted', evictions: [eviction] } as const;
  const objects = { nodes: [], pods: [], namespaces: [], persistentvolumeclaims: [], poddisruptionbudgets: [], priorityclasses: [] };
  const id = 'PodLifeTime/0.0';
  return { given: { id, plugin: 'PodLifeTime', policy: {}, objects, options: [], ...(flips === undefined ? {} : { flips: { of: id, option: flips } }) }, now: 0, reference: outcome, ours: outcome, grade: 'exact', ...rest };
}

const noMutations = { made: 0, rejected: 0 };

describe('a run of the comparison', () => {
  it('falls short with one failed case, however small it is', () => {
    expect(shortcomings({ comparisons: [aComparison({ grade: 'failed' })], mutations: noMutations }, false)).toEqual(['1 cases failed']);
    expect(shortcomings({ comparisons: [aComparison()], mutations: noMutations }, false)).toEqual([]);
  });

  it('falls short as a proof when it is small, evicts little, flips in vain or has a sleepy judge', () => {
    const idle = aComparison({ reference: { kind: 'evicted', evictions: [] } });
    const missing = shortcomings({ comparisons: [idle, idle, aComparison()], mutations: { made: 100, rejected: 94 } }, true).join('\n');
    expect(missing).toContain('only 3 of 4000 cases were run');
    expect(missing).toContain('only 33.3 % of the cases evict something');
    expect(missing).toContain('the replay rejects only 94.0 % of 100 changed sequences');
    expect(missing).toContain('flipping PodLifeTime.states changed the reference\'s result 0 times');
    expect(missing).not.toContain('LowNodeUtilization');
  });

  it('counts the flips that changed something, option by option', () => {
    const comparisons = [aComparison({ flips: 'PodLifeTime.states', changed: true }), aComparison({ flips: 'PodLifeTime.states', changed: false })];
    expect(flipsByOption({ comparisons, mutations: noMutations })).toContainEqual({ option: 'PodLifeTime.states', flips: 2, changed: 1 });
  });

  it('ends with how many were exact, canonical, replayed and failed', () => {
    const comparisons = [aComparison(), aComparison({ grade: 'replayed' })];
    expect(summaryLine({ comparisons, mutations: { made: 7, rejected: 7 } })).toBe('2 cases: 1 exact, 0 canonical, 1 replayed, 0 failed; 100.0 % evict something; the replay rejected 7 of 7 changed sequences');
  });
});
