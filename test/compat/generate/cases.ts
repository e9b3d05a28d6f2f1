import type { Case } from '../case.ts';
import { balanceCases } from './balance-options.ts';
import { generateCluster } from './cluster.ts';
import { descheduleCases } from './deschedule-options.ts';
import type { Cluster } from './objects.ts';
import { chooseSettings, flip, type Option, type PluginCases, type Settings } from './options.ts';
import { policyOf } from './policy.ts';
import { Random } from './random.ts';
import { profilesOf, severalProfiles } from './several-profiles.ts';
import { evictorOptions, topOptions } from './shared-options.ts';
import { plainTaste, type Taste, type Ties } from './taste.ts';

export const plugins: readonly PluginCases[] = [...descheduleCases, ...balanceCases, severalProfiles];

/** Where cases come from: the same seed, and the same moment that ages are relative to, give the same cases. */
export interface Source {
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A case and its copies, in each of which exactly one option is changed. */
export interface Family {
  readonly plugin: PluginCases;
  readonly number: number;
  /** The only option that is flipped; absent: several, which take turns. */
  readonly focus?: Option;
}

/** Another cluster and policy for the same family: the first ones may be dull. */
export const mostVariants = 5;
/** Another value for the same flip: the first one may change nothing. */
export const mostFlips = 3;

/** About so many cases over all plugins, rather a few more: to each plugin as its options need them. */
export function planFamilies(cases: number, only?: string): Family[] {
  const chosen = plugins.filter(({ name }) => only === undefined || name === only);
  const weight = (plugin: PluginCases): number => plugin.options.length + sharedWeight;
  const total = chosen.reduce((sum, plugin) => sum + weight(plugin), 0);
  return chosen.flatMap((plugin) => Array.from({ length: Math.ceil((cases * weight(plugin)) / total / (1 + flipsOf(plugin) * triesOfAFlip)) }, (_, number) => ({ plugin, number })));
}

const sharedWeight = 5;
const ownFlips = 3;
/** On average, since flips that change nothing are tried again. */
const triesOfAFlip = 1.75;
const flipsOf = ({ options }: PluginCases): number => Math.min(ownFlips, options.length) + 2.5;

/** A family that flips nothing but this option, for as many numbers as it takes; DefaultEvictor's options take turns through the plugins. */
export function focusedFamily(option: string, number: number): Family {
  const owner = plugins.find(({ options }) => options.some(({ id }) => id === option));
  const focus = [...(owner?.options ?? []), ...evictorOptions, ...topOptions].find(({ id }) => id === option);
  if (focus === undefined) throw new Error(`There is no option ${option}`);
  const fitting = plugins.filter((plugin) => plugin !== severalProfiles && (focus.plugins?.includes(plugin.name) ?? true));
  return { plugin: owner ?? (fitting[number % fitting.length] as PluginCases), number, focus };
}

/** A family's base case, `PodLifeTime/17.0`; the last number is the variant. */
export function baseCase(family: Family, variant: number, source: Source): Case {
  const { id, objects, settings } = baseOf(family, variant, source);
  return { id, plugin: family.plugin.name, objects, policy: policyFor(family.plugin, settings, id), options: Object.keys(settings) };
}

/** The base with one option changed: `PodLifeTime/17.0 with PodLifeTime.states flipped (1)`; the last number is the try. */
export function flippedCase(family: Family, variant: number, { option, attempt }: { option: Option; attempt: number }, source: Source): Case {
  const { id: of, objects, settings } = baseOf(family, variant, source);
  const flipped = flip(new Random(source.seed, of, option.id, attempt), settings, option);
  const id = `${of} with ${option.id} flipped (${attempt})`;
  return { id, plugin: family.plugin.name, objects, policy: policyFor(family.plugin, flipped, of), options: Object.keys(flipped), flips: { of, option: option.id } };
}

function baseOf(family: Family, variant: number, { seed, now }: Source): { id: string; objects: Cluster; settings: Settings } {
  const { plugin, number, focus } = family;
  const id = `${plugin.name}/${focus === undefined ? '' : `${focus.id}:`}${number}.${variant}`;
  const random = new Random(seed, id);
  const about = optionsAbout(family);
  const ties: Ties = random.pick(['none', 'none', 'none', 'some', 'many']);
  const objects = generateCluster({ random, taste: tasteOf(plugin, about), ties, now, workloads: plugin.workloads ?? 4 });
  const settings = chooseSettings(random, [...plugin.options, ...evictorOptions, ...topOptions], about);
  return { id, objects, settings };
}

/** Which options are flipped: each family goes on where the one before it stopped. */
export function optionsAbout({ plugin, number, focus }: Family): Option[] {
  if (focus !== undefined) return [focus];
  if (plugin === severalProfiles) return topOptions.slice((number % 2) * 2).slice(0, 2);
  const own = Array.from({ length: Math.min(ownFlips, plugin.options.length) }, (_, at) => plugin.options[(number * ownFlips + at) % plugin.options.length]);
  const filters = evictorOptions.filter(({ plugins }) => plugins?.includes(plugin.name) ?? true);
  const at = plugins.indexOf(plugin) * 5 + number * 2;
  const shared = [filters[at % filters.length], filters[(at + 1) % filters.length], number % 2 === 0 ? topOptions[(number / 2) % topOptions.length] : undefined];
  return [...own, ...shared].filter((option) => option !== undefined);
}

function tasteOf(plugin: PluginCases, about: readonly Option[]): Taste {
  const taste: Taste = { ...plainTaste, ...plugin.taste };
  for (const option of about) for (const [trait, odds] of Object.entries(option.taste ?? {}) as [keyof Taste, number][]) taste[trait] = Math.max(taste[trait], odds);
  return taste;
}

/** A flip has the profiles of its base. */
function policyFor(plugin: PluginCases, settings: Settings, base: string): object {
  const isTop = (path: string): boolean => topOptions.some(({ id }) => id === path);
  const pick = (top: boolean): Settings => Object.fromEntries(Object.entries(settings).filter(([path]) => isTop(path) === top));
  return policyOf(pick(true), plugin === severalProfiles ? profilesOf(new Random(base)) : [{ name: 'default', settings: pick(false), strategies: [plugin] }]);
}

/** The case of this id, made again. */
export function caseOf(id: string, source: Source): Case {
  const [, name, focus, number, variant, option, attempt] = /^(\w+)\/(?:(\S+):)?(\d+)\.(\d+)(?: with (\S+) flipped \((\d+)\))?$/u.exec(id) ?? [];
  const plugin = plugins.find((each) => each.name === name);
  if (plugin === undefined) throw new Error(`There is no case ${JSON.stringify(id)}: ids look like "PodLifeTime/17.0" or "PodLifeTime/17.0 with PodLifeTime.states flipped (0)"`);
  const family: Family = focus === undefined ? { plugin, number: Number(number) } : focusedFamily(focus, Number(number));
  if (option === undefined) return baseCase(family, Number(variant), source);
  const flipped = optionsAbout(family).find((each) => each.id === option);
  if (flipped === undefined) throw new Error(`${option} is not flipped in ${plugin.name}/${number}`);
  return flippedCase(family, Number(variant), { option: flipped, attempt: Number(attempt) }, source);
}
