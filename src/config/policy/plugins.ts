import type { Strategy } from '../../decide/rebalancing/strategy.ts';

/** Where a plugin can be enabled in a policy, by the policy's own (lower-case) keys. */
export type ExtensionPoint = 'deschedule' | 'balance' | 'filter' | 'preevictionfilter';
export const extensionPoints = ['deschedule', 'balance', 'filter', 'preevictionfilter'] as const satisfies readonly ExtensionPoint[];

export const defaultEvictor = 'DefaultEvictor';

/** Every plugin that a policy can name, and where it may stand. */
export type Plugins = ReadonlyMap<string, readonly ExtensionPoint[]>;

export const pluginsOf = (strategies: readonly Strategy<unknown>[]): Plugins =>
  new Map<string, readonly ExtensionPoint[]>([...strategies.map(({ name, extensionPoint }) => [name, [extensionPoint]] as const), [defaultEvictor, ['filter', 'preevictionfilter']]]);
