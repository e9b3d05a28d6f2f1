import { field, type Fields, fields, list, text, within } from '../../kube/records/fields.ts';
import type { SourceProblem } from '../../model/rebalancing.ts';

/** Reads the `data` of an instant query: one sample a node, its name in the label `instance`, its value within 0..1. */
export function readSamples(data: unknown): ReadonlyMap<string, number> | SourceProblem {
  const from = fields(data);
  const type = text(from, 'resultType');
  if (type !== 'vector') return { problem: `the query gives ${type === '' ? 'no result' : `a ${type}`}, and a vector is needed: one sample a node` };
  const samples = new Map<string, number>();
  for (const each of list(from, 'result')) {
    const sample = fields(each);
    const instance = text(within(sample, 'metric'), 'instance');
    if (instance === '') return { problem: 'a sample has no label "instance", which must be the name of a node' };
    const value = valueOf(sample);
    if (!(value >= 0 && value <= 1)) return { problem: `the sample of ${instance} is ${value}, and a value from 0 to 1 is needed` };
    const before = samples.get(instance);
    if (before !== undefined && before !== value) return { problem: `${instance} has two samples, ${before} and ${value}: aggregate them by instance` };
    samples.set(instance, value);
  }
  return samples;
}

/** Prometheus writes numbers as text: `[<time>, "<value>"]`. */
function valueOf(sample: Fields): number {
  const pair = field(sample, 'value');
  const written: unknown = Array.isArray(pair) ? pair[1] : undefined;
  return typeof written === 'string' && written !== '' ? Number(written) : Number.NaN;
}
