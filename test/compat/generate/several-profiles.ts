import { balanceCases } from './balance-options.ts';
import { descheduleCases } from './deschedule-options.ts';
import { chooseSettings, type PluginCases, type Settings } from './options.ts';
import type { ProfileWish } from './policy.ts';
import type { Random } from './random.ts';
import { evictorOptions } from './shared-options.ts';

const single: readonly PluginCases[] = [...descheduleCases, ...balanceCases];

/** Two profiles with filters of their own, and one or two strategies in each; only the limits at the top of the policy are flipped. */
export const severalProfiles: PluginCases = {
  name: 'SeveralProfiles',
  extensionPoint: 'balance',
  taste: { failed: 0.1, taint: 0.4, antiAffinity: 0.4, spread: 0.4, crowded: 0.9, requiredAffinity: 0.2, troubled: 0.4 },
  workloads: 3,
  options: [],
};

export function profilesOf(random: Random): ProfileWish[] {
  return ['first', 'second'].map((name) => {
    // The same strategy may stand in both profiles.
    const strategies = random.shuffled(single).slice(0, random.int(1, 2));
    const settings: Settings = Object.assign(chooseSettings(random, evictorOptions, []), ...strategies.map(({ options }) => chooseSettings(random, options, []))) as Settings;
    return { name, settings, strategies };
  });
}
