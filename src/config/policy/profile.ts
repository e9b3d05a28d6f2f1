import type { ArgsProblem } from '../../decide/rebalancing/args.ts';
import { type EvictorArgs, evictorSettings, readEvictorArgs } from '../../decide/rebalancing/evictor-args.ts';
import { systemCriticalPriority } from '../../decide/rebalancing/evictor.ts';
import { type Profile, type StrategyInUse, use } from '../../decide/rebalancing/policy.ts';
import type { Strategy } from '../../decide/rebalancing/strategy.ts';
import type { Path } from './lint/remark.ts';
import { defaultEvictor, extensionPoints, pluginsOf } from './plugins.ts';
import type { WrittenProfile } from './schema.ts';

/** One profile after its args were decoded: what is wrong with it, and what it becomes once priorities are known. */
export interface DraftProfile {
  /** Args that cannot be decoded; the first of them ends the reading of the whole policy. */
  readonly undecodable: readonly PluginProblem[];
  readonly problems: readonly PluginProblem[];
  /** Found when plugins are put together, after every profile was validated. */
  readonly misuse: readonly Misuse[];
  readonly priorityThreshold: EvictorArgs['priorityThreshold'];
  /** Only to be called when there are no problems and no misuse. */
  build(threshold: number): Profile;
}

/** What is wrong with the entry at `at` of pluginConfig. */
export interface PluginProblem {
  readonly at: number;
  readonly plugin: string;
  /** The argument inside the args that is to blame; empty when no single one is. */
  readonly path: ArgsProblem['path'];
  readonly says: string;
}

/** What is wrong with a plugin because it is enabled; `path` leads to it from the profile. */
export interface Misuse {
  readonly path: Path;
  readonly plugin: string;
  readonly says: string;
}

interface PluginArgs {
  readonly undecodable?: string;
  readonly problems: readonly ArgsProblem[];
  /** Wrong only when the plugin is enabled. */
  readonly problemsInUse?: readonly ArgsProblem[];
  readonly inUse?: StrategyInUse;
  readonly evictor?: EvictorArgs;
}

/** The entry at `at` of pluginConfig. */
type ConfigEntry = PluginArgs & { readonly at: number };

export function draftProfile(written: WrittenProfile, strategies: readonly Strategy<unknown>[]): DraftProfile {
  const name = written.name ?? '';
  const entries = (written.pluginConfig ?? []).map((entry, at) => ({ at, name: entry.name ?? '', ...readPlugin(entry.name ?? '', entry.args, strategies) }));
  // The first of two entries of one name counts, like in the reference.
  const config = new Map<string, ConfigEntry>(entries.toReversed().map((entry) => [entry.name, entry]));
  const evictor = config.get(defaultEvictor)?.evictor ?? {};
  return {
    undecodable: entries.flatMap(({ at, name: plugin, undecodable }) => (undecodable === undefined ? [] : [{ at, plugin, path: [], says: undecodable }])),
    problems: entries.flatMap(({ at, name: plugin, problems }) => problems.map(({ path, says }) => ({ at, plugin, path, says: `in profile ${name}: ${says}` }))),
    misuse: findMisuse(written, config, strategies),
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
  if (strategy === undefined && name !== defaultEvictor) return { problems: [{ path: [], says: `plugin ${name} in pluginConfig not registered` }] };
  if (strategy === undefined) {
    const read = readEvictorArgs(args);
    if (read.kind === 'undecodable') return { undecodable: read.because, problems: [] };
    return { problems: read.problems, evictor: read.args };
  }
  const read = strategy.parseArgs(args);
  if (read.kind === 'undecodable') return { undecodable: read.because, problems: [] };
  return { problems: read.problems, problemsInUse: strategy.checkInUse?.(read.args) ?? [], inUse: use(strategy, read.args) };
}

const inUse = (enabled: readonly string[] = [], config: ReadonlyMap<string, PluginArgs>): StrategyInUse[] => enabled.flatMap((name) => config.get(name)?.inUse ?? []);

/** Plugins that are enabled where they cannot work, without their entry in pluginConfig, or with args that cannot be used. */
function findMisuse(written: WrittenProfile, config: ReadonlyMap<string, ConfigEntry>, strategies: readonly Strategy<unknown>[]): Misuse[] {
  const profile = written.name ?? '';
  const plugins = pluginsOf(strategies);
  const misuse: Misuse[] = [];
  for (const point of extensionPoints) {
    const enabled = written.plugins?.[point]?.enabled ?? [];
    const whereEnabled = (plugin: string): Path => ['plugins', point, 'enabled', enabled.indexOf(plugin)];
    const misplaced = enabled.filter((plugin) => !(plugins.get(plugin) ?? []).includes(point));
    const shown = point === 'preevictionfilter' ? 'preEvictionFilter' : point;
    const [first] = misplaced;
    if (first !== undefined) misuse.push({ path: whereEnabled(first), plugin: first, says: `profile ${JSON.stringify(profile)} configures ${shown} extension point of non-existing plugins: ${misplaced.join(', ')}` });
    for (const plugin of new Set(enabled)) if (plugin !== defaultEvictor && !misplaced.includes(plugin)) misuse.push(...misusedArgs(plugin, config.get(plugin), { profile, whereEnabled }));
  }
  return misuse;
}

function misusedArgs(plugin: string, entry: ConfigEntry | undefined, { profile, whereEnabled }: { readonly profile: string; whereEnabled(plugin: string): Path }): Misuse[] {
  if (entry === undefined) return [{ path: whereEnabled(plugin), plugin, says: `unable to find ${JSON.stringify(plugin)} plugin config` }];
  return (entry.problemsInUse ?? []).map(({ path, says }) => ({ path: ['pluginConfig', entry.at, 'args', ...path], plugin, says: `in profile ${profile}: ${says}` }));
}

/**
 * The number that a profile's threshold stands for. `priorityOf` reads a PriorityClass from the API server, once;
 * `undefined` means that there is none of that name.
 */
export async function resolveThreshold(threshold: EvictorArgs['priorityThreshold'], priorityOf: (name: string) => Promise<number | undefined>): Promise<number | undefined> {
  const name = threshold?.name ?? '';
  return threshold?.value ?? (name === '' ? systemCriticalPriority : await priorityOf(name));
}
