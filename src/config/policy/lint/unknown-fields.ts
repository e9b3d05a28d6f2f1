import { dotted } from '../../../decide/rebalancing/args.ts';
import { evictorArgNames } from '../../../decide/rebalancing/evictor-args.ts';
import { nearest } from '../../spelling.ts';
import { extensionPoints, type Plugins } from '../plugins.ts';
import { policySchema } from '../schema.ts';
import { type Path, type Remark, warning } from './remark.ts';

/** More is noise, and finding the place of each takes time. */
const mostNamed = 20;

/** One warning for each field that nobody reads, with where it belongs or what was meant. */
export function unknownFieldRemarks(unknown: readonly Path[], plugins: Plugins): Remark[] {
  const named = unknown.slice(0, mostNamed).map((path) => warning(path, `unknown field "${dotted(path)}" is ignored${advice(path, plugins)}`));
  const more = unknown[mostNamed];
  return more === undefined ? named : [...named, warning(more, `${unknown.length - mostNamed} more unknown fields are ignored, from here on`)];
}

const points: readonly string[] = [...extensionPoints, 'presort', 'sort'];
const topLevel = Object.keys(policySchema.shape);

// Maps, not objects: a policy may have a key `constructor`.
const known: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({ '': topLevel, plugins: points, profiles: ['name', 'pluginConfig', 'plugins'], metricsProviders: ['source', 'prometheus'], pluginConfig: ['name', 'args'] }));

/** Names of other times and places, and of the documentation, that no spelling leads to. */
const elsewhere: ReadonlyMap<string, string> = new Map(Object.entries({
  evict: '; write "filter"',
  evictor: '; write "filter" and "preevictionfilter"',
  strategies: '; it is of descheduler/v1alpha1: write profiles, with pluginConfig and plugins',
  tracing: '; the reference ignores it, too: evenkeel does no tracing',
  thresholdPriority: '; it is priorityThreshold: {value: …} in the args of DefaultEvictor',
  thresholdPriorityClassName: '; it is priorityThreshold: {name: …} in the args of DefaultEvictor',
  dryRun: '; it is the flag --dry-run',
  deschedulingInterval: '; it is the flag --descheduling-interval',
}));

function advice(path: Path, plugins: Plugins): string {
  const written = String(path.at(-1));
  const block = path.toReversed().slice(1).find((step) => typeof step === 'string') ?? '';
  const meant = nearest(written, known.get(block) ?? ['enabled', 'disabled']);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return elsewhere.get(written) ?? belonging(written, block, plugins);
}

/** A field that exists, in another place. */
function belonging(written: string, block: string, plugins: Plugins): string {
  if (evictorArgNames.includes(written)) return `; it is an argument of DefaultEvictor now: write it into the args of DefaultEvictor in pluginConfig`;
  if (block !== '' && topLevel.includes(written)) return '; it belongs to the top level of the policy';
  if (block !== 'plugins' && points.includes(written)) return '; it belongs under plugins of a profile';
  if (plugins.has(written)) return '; plugins are listed by name, in pluginConfig and under plugins';
  return '';
}
