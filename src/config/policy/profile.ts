import { type EvictorArgs, evictorSettings, readEvictorArgs } from '../../decide/rebalancing/evictor-args.ts';
import { systemCriticalPriority } from '../../decide/rebalancing/evictor.ts';
import { type Profile, type StrategyInUse, use } from '../../decide/rebalancing/policy.ts';
import type { Strategy } from '../../decide/rebalancing/strategy.ts';
import { defaultEvictor, type ExtensionPoint, extensionPoints, knownPlugins } from './plugins.ts';
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
  readonly says: string;
}

/** What is wrong with what an extension point enables; `name` is the plugin, where one is to blame. */
export interface Misuse {
  readonly point: ExtensionPoint;
  readonly name: string;
  readonly says: string;
}

interface PluginArgs {
  readonly undecodable?: string;
  readonly problems: readonly string[];
  readonly inUse?: StrategyInUse;
  readonly evictor?: EvictorArgs;
}

export function draftProfile(written: WrittenProfile, strategies: readonly Strategy<unknown>[]): DraftProfile {
  const name = written.name ?? '';
  const entries = (written.pluginConfig ?? []).map((entry, at) => ({ at, name: entry.name ?? '', ...readPlugin(entry.name ?? '', entry.args, strategies) }));
  // The first of two entries of one name counts, like in the reference.
  const config = new Map<string, PluginArgs>(entries.toReversed().map((entry) => [entry.name, entry]));
  const evictor = config.get(defaultEvictor)?.evictor ?? {};
  return {
    undecodable: entries.flatMap(({ at, name: plugin, undecodable }) => (undecodable === undefined ? [] : [{ at, plugin, says: undecodable }])),
    problems: entries.flatMap(({ at, name: plugin, problems }) => problems.map((problem) => ({ at, plugin, says: `in profile ${name}: ${problem}` }))),
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
    if (read.kind === 'undecodable') return { undecodable: read.because, problems: [] };
    return { problems: read.problems, evictor: read.args };
  }
  const read = strategy.parseArgs(args);
  if (read.kind === 'undecodable') return { undecodable: read.because, problems: [] };
  return { problems: read.problems, inUse: use(strategy, read.args) };
}

const inUse = (enabled: readonly string[] = [], config: ReadonlyMap<string, PluginArgs>): StrategyInUse[] => enabled.flatMap((name) => config.get(name)?.inUse ?? []);

/** Plugins that are enabled where they cannot work, without their entry in pluginConfig, or before we have built them. */
function findMisuse(written: WrittenProfile, profile: string, config: ReadonlyMap<string, PluginArgs>, strategies: readonly Strategy<unknown>[]): Misuse[] {
  const misuse: Misuse[] = [];
  for (const point of extensionPoints) {
    const enabled = written.plugins?.[point]?.enabled ?? [];
    const misplaced = enabled.filter((name) => !(knownPlugins.get(name) ?? []).includes(point));
    const shown = point === 'preevictionfilter' ? 'preEvictionFilter' : point;
    const [first] = misplaced;
    if (first !== undefined) misuse.push({ point, name: first, says: `profile ${JSON.stringify(profile)} configures ${shown} extension point of non-existing plugins: ${misplaced.join(', ')}` });
    const placed = enabled.filter((name) => name !== defaultEvictor && !misplaced.includes(name));
    const unbuilt = placed.filter((name) => !strategies.some((each) => each.name === name));
    misuse.push(...unbuilt.map((name) => ({ point, name, says: `profile ${JSON.stringify(profile)}: plugin ${name} is known but not built yet in evenkeel 0.1; take it out of ${point}.enabled` })));
    misuse.push(...placed.filter((name) => !config.has(name)).map((name) => ({ point, name, says: `unable to find ${JSON.stringify(name)} plugin config` })));
  }
  return misuse;
}

/**
 * The number that a profile's threshold stands for. `priorityOf` reads a PriorityClass from the API server, once;
 * `undefined` means that there is none of that name.
 */
export async function resolveThreshold(threshold: EvictorArgs['priorityThreshold'], priorityOf: (name: string) => Promise<number | undefined>): Promise<number | undefined> {
  const name = threshold?.name ?? '';
  return threshold?.value ?? (name === '' ? systemCriticalPriority : await priorityOf(name));
}
