import { type Fields, fields, list, textMap, within } from '../../../../kube/records/fields.ts';
import { parseQuantity } from '../../../../model/quantity.ts';

type Quality = 'BestEffort' | 'Burstable' | 'Guaranteed';

const counted = ['cpu', 'memory'];

/** The quality of service of a pod: what its containers ask for and are held to, of CPU and memory. */
export function qualityOf(spec: Fields): Quality {
  const own = within(spec, 'resources');
  const all = Object.keys(own).length > 0 ? [own] : [...list(spec, 'containers'), ...list(spec, 'initContainers')].map((each) => within(fields(each), 'resources'));
  const requests = all.map((each) => amounts(each, 'requests'));
  const limits = all.map((each) => amounts(each, 'limits'));
  if ([...requests, ...limits].every((each) => each.size === 0)) return 'BestEffort';
  const limited = limits.every((each) => counted.every((name) => each.has(name)));
  const equal = counted.every((name) => sum(requests, name) === sum(limits, name)) && counted.every((name) => requests.some((each) => each.has(name)));
  return limited && equal ? 'Guaranteed' : 'Burstable';
}

function amounts(resources: Fields, kind: 'requests' | 'limits'): ReadonlyMap<string, bigint> {
  const entries = Object.entries(textMap(resources, kind)).map(([name, quantity]): [string, bigint] => [name, parseQuantity(quantity) ?? 0n]);
  return new Map(entries.filter(([name, amount]) => counted.includes(name) && amount > 0n));
}

const sum = (all: readonly ReadonlyMap<string, bigint>[], name: string): bigint => all.reduce((total, each) => total + (each.get(name) ?? 0n), 0n);
