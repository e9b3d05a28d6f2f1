import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../src/config/policy/read.ts';
import { strategies } from '../../strategies/index.ts';

const root = new URL('../../', import.meta.url);
const readme = (name: string): string => readFileSync(new URL(`strategies/${name}/README.md`, root), 'utf8');

describe.each(strategies.map(({ name, parseArgs }) => ({ name, parseArgs })))('the README of $name', ({ name, parseArgs }) => {
  test('has the five headings', () => {
    expect([...readme(name).matchAll(/^##? (.*)$/gmu)].map((match) => match[1])).toEqual([name, 'What it does', 'When it helps', 'When not to use it', 'Settings', 'Example']);
  });

  test('names only settings that are there', () => {
    const fields = [...readme(name).matchAll(/^\| `(\w+)` \|/gmu)].map((match) => match[1] ?? '');
    expect(fields.length).toBeGreaterThan(0);
    // A value of a type that no setting has: a setting complains of the type, an unknown one of its name.
    for (const field of fields) expect(JSON.stringify(parseArgs({ [field]: Number.NaN }))).not.toContain('unknown field');
  });

  test('has an example that is a valid policy and uses it', async () => {
    const text = /```yaml\n([\s\S]*?)```/u.exec(readme(name))?.[1] ?? '';
    const read = await readPolicy({ path: 'README.md', text, strategies, priorityOf: () => Promise.resolve(undefined) });
    const used = read.kind === 'refused' ? read.because : read.policy.profiles.flatMap(({ deschedule, balance }) => [...deschedule, ...balance].map((each) => each.name));
    expect(used).toEqual([name]);
    expect(read.warnings).toEqual([]);
  });
});

test('docs/rebalancing.md links to every strategy', () => {
  const text = readFileSync(new URL('docs/rebalancing.md', root), 'utf8');
  for (const { name } of strategies) expect(text).toContain(`[${name}](../strategies/${name}/README.md)`);
});
