import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeMetrics } from '../../src/report/metrics.ts';
import { otherTraces, traces } from '../../src/report/traces.ts';

const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

describe('docs/events.md', () => {
  const text = readFileSync('docs/events.md', 'utf8');
  const rows = rowsOf(text);

  it('has a row for every Event reason with its type, and no other', () => {
    const documented = rows.filter((row) => row[1] === 'Normal' || row[1] === 'Warning').map((row) => `${row[0]} ${row[1]}`);
    const real = [...new Set([...Object.values(traces), ...Object.values(otherTraces)].map(({ reason, type }) => `${reason} ${type}`))];
    expect(documented.toSorted()).toEqual(real.toSorted());
  });

  it('has a row for every guard', () => {
    const source = readFileSync('src/decide/fencing/guards.ts', 'utf8');
    const union = /export type Guard =([^;]*);/u.exec(source)?.[1] ?? '';
    const guards = [...union.matchAll(/'(\w+)'/gu)].map((match) => match[1]);
    const section = rowsOf(text.split('## Guards')[1]?.split('## Metrics')[0] ?? '').slice(1).map((row) => row[0]);
    expect(guards.length).toBeGreaterThan(5);
    expect(new Set(section)).toEqual(new Set(guards));
  });

  it('has a row for every metric with its type and labels', async () => {
    const metrics = await makeMetrics().registry.getMetricsAsJSON();
    const real = metrics.filter(({ name }) => name.startsWith('evenkeel_')).map(({ name, type }) => `${name} ${String(type)}`);
    const documented = rows.filter((row) => row[0]?.startsWith('evenkeel_')).map((row) => `${row[0]} ${row[1]}`);
    expect(documented.toSorted()).toEqual(real.toSorted());
  });

  it('uses no reason that people already drop by a regex on kubelet noise', () => {
    for (const { reason } of Object.values(traces)) expect(reason).not.toMatch(/Sync|Pulled|Killing|Backoff/u);
  });
});

describe('links between documents', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md'), ...globSync('manifests/**/*.md'), ...globSync('fence-scripts/**/*.md'), ...globSync('strategies/*/README.md')];

  it.each(pages)('%s links only to files that are there', (page) => {
    const text = readFileSync(page, 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/gu)].map((match) => match[1] ?? '');
    const broken = targets.filter((target) => !existsSync(normalize(join(dirname(page), target))));
    expect(broken).toEqual([]);
  });
});
