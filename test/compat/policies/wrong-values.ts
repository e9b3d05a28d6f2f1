import { balanceCases } from '../generate/balance-options.ts';
import { descheduleCases } from '../generate/deschedule-options.ts';
import type { Option, Settings } from '../generate/options.ts';
import { policyOf } from '../generate/policy.ts';
import { Random } from '../generate/random.ts';
import { evictorOptions, topOptions } from '../generate/shared-options.ts';
import type { WrittenCase } from './written.ts';

const values = [null, true, 'text', '', -1, 7, 1.5, 3_000_000_000, 1e30, [], ['text'], [5], [null], {}, { text: 'text' }, { include: 5 }] as const;

/** Every option of every plugin with every kind of value, most of which are wrong for it. */
export function wrongValues(): WrittenCase[] {
  return [...descheduleCases, ...balanceCases].flatMap((plugin) => {
    const random = new Random('wrong values', plugin.name);
    const needed: Record<string, unknown> = {};
    for (const { id, make } of plugin.options.filter(({ required }) => required === true)) needed[id] = make(random, needed);
    const policy = (top: Settings, settings: Settings): object => policyOf(top, [{ name: 'p', settings: { ...needed, ...settings }, strategies: [plugin] }]);
    const tried = [...plugin.options, ...(plugin === descheduleCases[0] ? evictorOptions : [])].filter(isPlain);
    const cases = tried.flatMap(({ id }) => values.map((value) => caseOf(id, value, policy({}, { [id]: value }))));
    return plugin === descheduleCases[0] ? [...cases, ...topOptions.flatMap(({ id }) => values.map((value) => caseOf(id, value, policy({ [id]: value }, {}))))] : cases;
  });
}

/** A name in a list is no place for a value. */
const isPlain = ({ id }: Option): boolean => !id.endsWith(']');

const caseOf = (id: string, value: unknown, policy: object): WrittenCase => ({ id: `${id}: ${JSON.stringify(value)}`, text: JSON.stringify(policy) });
