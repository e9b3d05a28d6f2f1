import { isMap } from '../sequence/resolve.ts';

/** The declared parts of an object as paths and plain values. Empty lists and maps count as absent, as in Kubernetes' own types. */
export function flatten(object: unknown, declared: readonly string[]): Map<string, string | number | boolean> {
  const leaves = new Map<string, string | number | boolean>();
  for (const path of declared) collect(object, path.split('.'), '', leaves);
  return leaves;
}

type Leaves = Map<string, string | number | boolean>;

function collect(value: unknown, [step, ...rest]: readonly string[], at: string, leaves: Leaves): void {
  if (step === undefined) return everything(value, at, leaves);
  if (!isMap(value)) return undefined;
  const name = step.replace('[]', '');
  const next = value[name];
  const place = at === '' ? name : `${at}.${name}`;
  if (!step.endsWith('[]')) return collect(next, rest, place, leaves);
  if (Array.isArray(next)) for (const [index, each] of next.entries()) collect(each, rest, `${place}[${index}]`, leaves);
}

function everything(value: unknown, at: string, leaves: Leaves): void {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) everything(each, `${at}[${index}]`, leaves);
  } else if (isMap(value)) {
    for (const [key, each] of Object.entries(value)) everything(each, `${at}.${key}`, leaves);
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    leaves.set(at, value);
  }
}
