import type { Settings } from './options.ts';

type Tree = Record<string, unknown>;

export interface ProfileWish {
  readonly name: string;
  readonly settings: Settings;
  readonly strategies: readonly { readonly name: string; readonly extensionPoint: 'deschedule' | 'balance' }[];
}

/** Writes settings as a `descheduler/v1alpha2` policy. Paths that name no plugin of a profile stand at the top. */
export function policyOf(top: Settings, profiles: readonly ProfileWish[]): object {
  const policy: Tree = { apiVersion: 'descheduler/v1alpha2', kind: 'DeschedulerPolicy' };
  for (const [path, value] of Object.entries(top)) set(policy, path, value);
  return { ...policy, profiles: profiles.map(profileOf) };
}

function profileOf({ name, settings, strategies }: ProfileWish): object {
  const args: Tree = {};
  for (const [path, value] of Object.entries(settings)) set(args, path, value);
  const configured = [...('DefaultEvictor' in args ? ['DefaultEvictor'] : []), ...strategies.map((strategy) => strategy.name)];
  const enabled = (point: string): object => {
    const here = strategies.filter(({ extensionPoint }) => extensionPoint === point);
    return here.length === 0 ? {} : { [point]: { enabled: here.map((strategy) => strategy.name) } };
  };
  return {
    name,
    pluginConfig: configured.map((plugin) => ({ name: plugin, ...(args[plugin] === undefined ? {} : { args: args[plugin] }) })),
    plugins: { ...enabled('deschedule'), ...enabled('balance') },
  };
}

function set(tree: Tree, path: string, value: unknown): void {
  const [, place = path, member] = /^(.*)\[(\w+)\]$/u.exec(path) ?? [];
  const parts = place.split('.');
  const last = parts.pop() ?? '';
  let at: Tree = tree;
  for (const [index, part] of parts.entries()) {
    // A number says that what holds it is a list.
    at[part] ??= /^\d+$/u.test(parts[index + 1] ?? last) ? [] : {};
    at = at[part] as Tree;
  }
  at[last] = member === undefined ? value : [...((at[last] as string[] | undefined) ?? []), member];
}
