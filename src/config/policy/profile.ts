import { type EvictorArgs, evictorSettings, readEvictorArgs } from '../../decide/rebalancing/evictor-args.ts';
import { systemCriticalPriority } from '../../decide/rebalancing/evictor.ts';
import { type Profile, type StrategyInUse, use } from '../../decide/rebalancing/policy.ts';
import type { Strategy } from '../../decide/rebalancing/strategy.ts';
import { defaultEvictor, extensionPoints, knownPlugins } from './plugins.ts';
import type { WrittenProfile } from './schema.ts';

/** One profile after its args were decoded: what is wrong with it, and what it becomes once priorities are known. */
export interface DraftProfile {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Found when plugins are put together, after every profile was validated. */
  readonly misuse: readonly string[];
  readonly priorityThreshold: EvictorArgs['priorityThreshold'];
  /** Only to be called when there are no problems and no misuse. */
  build(threshold: number): Profile;
}

/** The first args that cannot be decoded end the reading of the whole policy. */
export class Undecodable extends Error {}

interface PluginArgs {
  readonly problems: readonly string[];
  readonly inUse?: StrategyInUse;
  readonly evictor?: EvictorArgs;
}

export function draftProfile(written: WrittenProfile, strategies: readonly Strategy<unknown>[]): DraftProfile {
  const name = written.name ?? '';
  const entries = (written.pluginConfig ?? []).map((entry) => ({ name: entry.name ?? '', ...readPlugin(entry.name ?? '', entry.args, strategies) }));
  // The first of two entries of one name counts, like in the reference.
  const config = new Map<string, PluginArgs>(entries.toReversed().map((entry) => [entry.name, entry]));
  const evictor = config.get(defaultEvictor)?.evictor ?? {};
  return {
    problems: entries.flatMap((entry) => entry.problems.map((problem) => `in profile ${name}: ${problem}`)),
    warnings: warningsOf(written, name),
    misuse: findMisuse(written, name, config, strategies),
    priorityThreshold: evictor.priorityThreshold,
    build: (threshold) => ({
      name,
      evictor: evictorSettings(evictor, threshold),
      deschedule: inUse(written.plugins?.deschedule?.enabled, config),
      balance: inUse(written.plugins?.balance?.enabled, config),
    }),
  };
}

function readPlugin(name: string, args: unknown, strategies: readonly Strategy<unknown>[]): PluginArgs {
  const strategy = strategies.find((each) => each.name === name);
  if (strategy === undefined && name !== defaultEvictor) return { problems: knownPlugins.has(name) ? [] : [`plugin ${name} in pluginConfig not registered`] };
  if (strategy === undefined) {
    const read = readEvictorArgs(args);
    if (read.kind === 'undecodable') throw new Undecodable(read.because);
    return { problems: read.problems, evictor: read.args };
  }
  const read = strategy.parseArgs(args);
  if (read.kind === 'undecodable') throw new Undecodable(read.because);
  return { problems: read.problems, inUse: use(strategy, read.args) };
}

const inUse = (enabled: readonly string[] = [], config: ReadonlyMap<string, PluginArgs>): StrategyInUse[] => enabled.flatMap((name) => config.get(name)?.inUse ?? []);

/** Plugins that are enabled where they cannot work, without their entry in pluginConfig, or before we have built them. */
function findMisuse(written: WrittenProfile, profile: string, config: ReadonlyMap<string, PluginArgs>, strategies: readonly Strategy<unknown>[]): string[] {
  const misuse: string[] = [];
  for (const point of extensionPoints) {
    const enabled = written.plugins?.[point]?.enabled ?? [];
    const misplaced = enabled.filter((name) => !(knownPlugins.get(name) ?? []).includes(point));
    const shown = point === 'preevictionfilter' ? 'preEvictionFilter' : point;
    if (misplaced.length > 0) misuse.push(`profile ${JSON.stringify(profile)} configures ${shown} extension point of non-existing plugins: ${misplaced.join(', ')}`);
    const placed = enabled.filter((name) => name !== defaultEvictor && !misplaced.includes(name));
    const unbuilt = placed.filter((name) => !strategies.some((each) => each.name === name));
    misuse.push(...unbuilt.map((name) => `profile ${JSON.stringify(profile)}: plugin ${name} is known but not built yet in evenkeel 0.1; take it out of ${point}.enabled`));
    misuse.push(...placed.filter((name) => !config.has(name)).map((name) => `unable to find ${JSON.stringify(name)} plugin config`));
  }
  return misuse;
}

function warningsOf({ plugins = {}, pluginConfig = [] }: WrittenProfile, profile: string): string[] {
  const names = pluginConfig.map(({ name }) => name ?? '');
  const enabled = extensionPoints.flatMap((point) => plugins[point]?.enabled ?? []);
  const idle = [...new Set(names)].filter((name) => name !== defaultEvictor && knownPlugins.has(name) && !enabled.includes(name));
  const unread = (['presort', 'sort'] as const).filter((point) => (plugins[point]?.enabled ?? []).length > 0);
  const disabled = ([...extensionPoints, 'presort', 'sort'] as const).filter((point) => (plugins[point]?.disabled ?? []).length > 0);
  return [
    ...idle.map((name) => `${name} is configured but not enabled, so it does nothing`),
    ...[...new Set(names.filter((name, at) => names.indexOf(name) !== at))].map((name) => `${name} is configured twice; only the first entry counts`),
    ...unread.map((point) => `plugins.${point} is ignored: no plugin works there`),
    ...disabled.map((point) => `plugins.${point}.disabled is ignored; take the plugin out of "enabled" instead`),
  ].map((warning) => `in profile ${profile}: ${warning}`);
}

/**
 * The number that a profile's threshold stands for. `priorityOf` reads a PriorityClass from the API server, once;
 * `undefined` means that there is none of that name.
 */
export async function resolveThreshold(threshold: EvictorArgs['priorityThreshold'], priorityOf: (name: string) => Promise<number | undefined>): Promise<number | undefined> {
  const name = threshold?.name ?? '';
  return threshold?.value ?? (name === '' ? systemCriticalPriority : await priorityOf(name));
}
