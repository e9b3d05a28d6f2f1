import type { Random } from './random.ts';
import { podSelector } from './selectors.ts';
import type { Taste } from './taste.ts';
import { namespaces } from './words.ts';

/**
 * A policy as a flat list of what it sets: `PodLifeTime.namespaces.include` → `['shop']`. A number in the path is a place in
 * a list; `[name]` at the end, set to true, puts that name into the list.
 */
export type Settings = Readonly<Record<string, unknown>>;

/** One option of a policy: how often cases set it, to what, and how it is flipped. */
export interface Option {
  readonly id: string;
  /** How often a policy has it, when the case is not about it. */
  readonly usual: number;
  make(random: Random, settings: Settings): unknown;
  /** Always set: the plugin cannot do without it, so that a flip gives it another value. */
  readonly required?: boolean;
  /** Options that cannot stand beside it. */
  readonly excludes?: readonly string[];
  /** What else must be set for this option to matter. */
  readonly beside?: (random: Random, settings: Settings) => Settings;
  /** Plugins for which it matters at all; absent: all. */
  readonly plugins?: readonly string[];
  /** What the cluster must have for this option to matter. */
  readonly taste?: Partial<Taste>;
}

/** A plugin's cases: what their clusters are like and what their policies may say. */
export interface PluginCases {
  readonly name: string;
  readonly extensionPoint: 'deschedule' | 'balance';
  readonly taste: Partial<Taste>;
  /** Between how many workloads its pods are divided; up to 4 when absent. */
  readonly workloads?: number;
  readonly options: readonly Option[];
}

/** `namespaces.include`, `namespaces.exclude` and, for most plugins, `labelSelector`. */
export function scopeOptions(plugin: string, also: { readonly labelSelector: boolean }): Option[] {
  const [include, exclude] = [`${plugin}.namespaces.include`, `${plugin}.namespaces.exclude`];
  return [
    { id: include, usual: 0.04, excludes: [exclude], make: (random) => random.some(namespaces, 2).slice(0, 2) },
    { id: exclude, usual: 0.04, excludes: [include], make: (random) => [random.pick(namespaces)] },
    ...(also.labelSelector ? [{ id: `${plugin}.labelSelector`, usual: 0.05, make: podSelector }] : []),
  ];
}

/** A flag that is either absent or true. */
export const switchOption = (id: string, more: Partial<Option> = {}): Option => ({ id, usual: 0.2, make: () => true, ...more });

/** Options of which some must be there: sets those that this case is about, and the usual ones by chance. */
export function chooseSettings(random: Random, options: readonly Option[], about: readonly Option[]): Settings {
  const settings: Record<string, unknown> = {};
  const excluded = new Set(about.flatMap(({ excludes = [] }) => excludes));
  for (const option of options) {
    const isAbout = about.includes(option);
    const wanted = option.required === true || random.chance(isAbout ? 0.5 : option.usual);
    if (!wanted || excluded.has(option.id)) continue;
    if (option.excludes?.some((id) => id in settings) === true) continue;
    settings[option.id] = option.make(random, settings);
  }
  for (const { beside } of about) Object.assign(settings, beside?.(random, settings));
  return settings;
}

/** The same settings with exactly this option changed: unset, set, or set to something else. */
export function flip(random: Random, settings: Settings, option: Option): Settings {
  const before = settings[option.id];
  if (before !== undefined && option.required !== true && random.chance(0.6)) return without(settings, option.id);
  for (let tries = 0; tries < 20; tries += 1) {
    const value = option.make(random, settings);
    if (JSON.stringify(value) !== JSON.stringify(before)) return { ...settings, [option.id]: value };
  }
  return without(settings, option.id);
}

const without = (settings: Settings, id: string): Settings => Object.fromEntries(Object.entries(settings).filter(([each]) => each !== id));
