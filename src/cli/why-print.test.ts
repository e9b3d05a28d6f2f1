import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { now, situations } from '../../test/builders/why.ts';
import { printVerdict, verdictAsJson } from './why-print.ts';

describe('docs/operating.md', () => {
  const text = readFileSync('docs/operating.md', 'utf8');

  it.each(Object.entries(situations))('shows what why answers: %s', (title, verdict) => {
    const section = text.split(`### ${title}\n`)[1]?.split('\n### ')[0] ?? '';
    const shown = /```\n\$ evenkeel why worker-1\n([\s\S]*?)```/u.exec(section)?.[1];
    expect(shown).toBe(printVerdict(verdict, now.wall));
  });

  it('shows no other situation', () => {
    expect([...text.matchAll(/\$ evenkeel why worker-1\n/gu)]).toHaveLength(Object.keys(situations).length);
  });
});

it('for programs, why gives the rule and the whole record', () => {
  const json = JSON.parse(JSON.stringify(verdictAsJson(situations['A guard holds it'] ?? ({} as never)))) as Record<string, unknown>;
  expect(json).toMatchObject({ node: 'worker-1', verdict: 'Held', rule: 'HoldLabel', since: '2026-01-01T11:56:01Z', change: ['kubectl label node worker-1 evenkeel.dev/hold-'], fence: { name: 'worker-1-3f2a9c1d07', status: { phase: 'Held' } } });
});
