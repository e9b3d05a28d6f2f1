import { type Amount, parseQuantity } from '../../model/quantity.ts';
import { type Fields, field, fields, list, text, within } from './fields.ts';

/** What one node or one container uses, by resource; what cannot be read is left out. */
export type Usage = ReadonlyMap<string, Amount>;

/** The name and the usage of a `NodeMetrics`; `undefined` for what is none. */
export function parseNodeUsage(object: unknown): { readonly name: string; readonly usage: Usage } | undefined {
  const from = fields(object);
  const name = text(within(from, 'metadata'), 'name');
  return name === '' ? undefined : { name, usage: usageOf(from) };
}

/** `namespace/name` and the usage of a `PodMetrics`, summed over its containers. A resource that some container lacks is left out. */
export function parsePodUsage(object: unknown): { readonly pod: string; readonly usage: Usage } | undefined {
  const from = fields(object);
  const metadata = within(from, 'metadata');
  const [namespace, name] = [text(metadata, 'namespace'), text(metadata, 'name')];
  if (namespace === '' || name === '') return undefined;
  const [first, ...others] = list(from, 'containers').map((container) => usageOf(fields(container)));
  return { pod: `${namespace}/${name}`, usage: others.reduce<Usage>(plus, first ?? new Map<string, Amount>()) };
}

function plus(sum: Usage, more: Usage): Usage {
  const both = new Map<string, Amount>();
  for (const [resource, amount] of sum) {
    const other = more.get(resource);
    if (other !== undefined) both.set(resource, (amount + other) as Amount);
  }
  return both;
}

function usageOf(object: Fields): Usage {
  const written = within(object, 'usage');
  const usage = new Map<string, Amount>();
  for (const resource of ['cpu', 'memory']) {
    const value = field(written, resource);
    const amount = typeof value === 'string' ? parseQuantity(value) : undefined;
    if (amount !== undefined && amount >= 0n) usage.set(resource, amount);
  }
  return usage;
}
