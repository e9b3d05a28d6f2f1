import { defaultEvictor, extensionPoints, type Plugins } from '../plugins.ts';
import type { WrittenProfile } from '../schema.ts';
import { evictorRemarks } from './evictor.ts';
import { pluginRemarks } from './plugin-args.ts';
import { field, hint, type Path, type Remark, warning, when } from './remark.ts';

/** What of a profile does nothing, or not what it seems to. */
export function profileRemarks(profile: WrittenProfile, path: Path, others: readonly WrittenProfile[], plugins: Plugins): Remark[] {
  const { name = '', pluginConfig = [] } = profile;
  const enabled = new Set(extensionPoints.flatMap((point) => profile.plugins?.[point]?.enabled ?? []));
  const context = { nodeFit: pluginConfig.some((entry) => entry.name === defaultEvictor && field(entry.args, 'nodeFit') === true), enabled };
  const remarks = [
    ...pluginSets(profile, path),
    ...configEntries(profile, path, (plugin) => plugin !== defaultEvictor && plugins.has(plugin) && !enabled.has(plugin)),
    ...pluginConfig.flatMap((entry, at) => (entry.name === defaultEvictor ? evictorRemarks : pluginRemarks)(entry, [...path, 'pluginConfig', at, 'args'], context)),
    ...when(![...enabled].some((plugin) => plugin !== defaultEvictor), hint(path, 'it enables no plugin, so it evicts nothing')),
    ...when(others.some((other) => other !== profile && (other.name ?? '') === name), hint([...path, 'name'], 'another profile has the same name: metrics, logs and eviction reasons will not tell them apart')),
    ...when(enabled.has('LowNodeUtilization') && enabled.has('HighNodeUtilization'), hint([...path, 'plugins'], 'LowNodeUtilization spreads pods and HighNodeUtilization packs them: together they move pods to and fro')),
  ];
  return remarks.map((remark) => ({ ...remark, says: `in profile ${name}: ${remark.says}` }));
}

function pluginSets({ plugins = {} }: WrittenProfile, path: Path): Remark[] {
  const unread = (['presort', 'sort'] as const).filter((point) => (plugins[point]?.enabled ?? []).length > 0);
  const disabled = ([...extensionPoints, 'presort', 'sort'] as const).filter((point) => (plugins[point]?.disabled ?? []).length > 0);
  return [
    ...unread.map((point) => warning([...path, 'plugins', point], `plugins.${point} is ignored: no plugin works there`)),
    ...disabled.map((point) => warning([...path, 'plugins', point, 'disabled'], `plugins.${point}.disabled is ignored; take the plugin out of "enabled" instead`)),
    ...extensionPoints.flatMap((point) => repeated(plugins[point]?.enabled ?? []).map(({ value, at }) => warning([...path, 'plugins', point, 'enabled', at], `${value} is enabled twice under ${point}, so it runs twice in each cycle, with the same args`))),
  ];
}

function configEntries({ pluginConfig = [] }: WrittenProfile, path: Path, isIdle: (plugin: string) => boolean): Remark[] {
  const names = pluginConfig.map(({ name = '' }) => name);
  return [
    ...names.flatMap((name, at) => (names.indexOf(name) === at && isIdle(name) ? [warning([...path, 'pluginConfig', at], `${name} is configured but not enabled, so it does nothing`)] : [])),
    ...repeated(names).map(({ value, at }) => warning([...path, 'pluginConfig', at], `${value} is configured twice; only the first entry counts. For two configurations write two profiles`)),
  ];
}

const repeated = (values: readonly string[]): { readonly value: string; readonly at: number }[] => values.flatMap((value, at) => (values.indexOf(value) < at ? [{ value, at }] : []));
