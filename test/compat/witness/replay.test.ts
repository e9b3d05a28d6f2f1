import { describe, expect, test } from 'vitest';
import { aCase, nodeObject, now, podObject, podObjects, secondsAgo } from '../../builders/case.ts';
import type { Attempt, Case } from '../case.ts';
import { replay } from './replay.ts';

interface Profile {
  readonly name: string;
  readonly deschedule?: readonly string[];
  readonly balance?: readonly string[];
  readonly evictor?: object;
}

const args: Readonly<Record<string, object>> = { PodLifeTime: { maxPodLifeTimeSeconds: 3_600 }, RemovePodsHavingTooManyRestarts: { podRestartThreshold: 5 } };

/** Two nodes, on the first of which two old copies restart again and again. */
function withProfiles(profiles: readonly Profile[], policy: object = {}): Case {
  const written = profiles.map(({ name, deschedule = [], balance = [], evictor = {} }) => ({
    name,
    pluginConfig: [{ name: 'DefaultEvictor', args: evictor }, ...[...deschedule, ...balance].map((plugin) => ({ name: plugin, args: args[plugin] ?? {} }))],
    plugins: { deschedule: { enabled: deschedule }, balance: { enabled: balance } },
  }));
  const restarting = { status: { containerStatuses: [{ name: 'main', restartCount: 9 }] } };
  const pods = [podObject('old', 'n1', { ...restarting, metadata: { creationTimestamp: secondsAgo(9_000) } }), ...podObjects('young', 'n1', { ...restarting, metadata: { creationTimestamp: secondsAgo(60) } })];
  return aCase('PodLifeTime', { nodes: [nodeObject('n1'), nodeObject('n2')], pods, policy: { profiles: written, ...policy } });
}

/** `A/PodLifeTime:old` as an eviction. */
const evictions = (...written: string[]): Attempt[] =>
  written.map((each) => {
    const [, profile = '', strategy = '', name = ''] = /^(\w+)\/(\w+):(\w+)$/u.exec(each) ?? [];
    return { namespace: 'shop', name, profile, strategy };
  });

const lifetime = 'PodLifeTime';
const restarts = 'RemovePodsHavingTooManyRestarts';
const duplicates = 'RemoveDuplicates';
const legal = { legal: true };

describe('the parts of a cycle', () => {
  test('POL-10: deschedule of all profiles, then balance', () => {
    const given = withProfiles([
      { name: 'A', deschedule: [lifetime], balance: [duplicates] },
      { name: 'B', deschedule: [lifetime], balance: [duplicates] },
    ]);
    expect(replay(given, evictions('A/PodLifeTime:old', 'B/PodLifeTime:old', 'A/RemoveDuplicates:young', 'B/RemoveDuplicates:old'), now)).toEqual(legal);
    expect(replay(given, evictions('A/PodLifeTime:old', 'A/RemoveDuplicates:young', 'B/PodLifeTime:old', 'B/RemoveDuplicates:old'), now)).toMatchObject({ legal: false, at: 1 });
    expect(replay(given, evictions('A/PodLifeTime:old', 'B/PodLifeTime:old', 'A/RemoveDuplicates:young'), now)).toMatchObject({ legal: false, at: 3 });
  });

  test('LIM-4: a limit that the first strategy used up leaves nothing for the second', () => {
    const given = withProfiles([{ name: 'A', deschedule: [restarts, lifetime] }], { maxNoOfPodsToEvictTotal: 1 });
    expect(replay(given, evictions(`A/${restarts}:young`), now)).toEqual(legal);
    expect(replay(given, evictions(`A/${restarts}:young`, 'A/PodLifeTime:old'), now)).toMatchObject({ legal: false, at: 1 });
    expect(replay(given, evictions('A/PodLifeTime:old'), now)).toMatchObject({ legal: false, at: 0 });
  });

  test('a plugin that is enabled twice runs twice', () => {
    const given = withProfiles([{ name: 'A', deschedule: [lifetime, lifetime] }]);
    expect(replay(given, evictions('A/PodLifeTime:old', 'A/PodLifeTime:old'), now)).toEqual(legal);
    expect(replay(given, evictions('A/PodLifeTime:old'), now)).toMatchObject({ legal: false, at: 1 });
  });

  test('each profile has filters of its own', () => {
    const given = withProfiles([
      { name: 'A', deschedule: [lifetime], evictor: { minReplicas: 3 } },
      { name: 'B', deschedule: [lifetime] },
    ]);
    expect(replay(given, evictions('B/PodLifeTime:old'), now)).toEqual(legal);
    expect(replay(given, evictions('A/PodLifeTime:old', 'B/PodLifeTime:old'), now)).toMatchObject({ legal: false, at: 0 });
  });

  test('an eviction by a strategy that is not in the policy is never legal', () => {
    expect(replay(withProfiles([{ name: 'A', deschedule: [] }]), evictions('A/PodLifeTime:old'), now)).toMatchObject({ legal: false, at: 0 });
  });
});
