import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const changelog = readFileSync(new URL('CHANGELOG.md', root), 'utf8');
const sections = changelog.split(/^## /mu).slice(1);

describe('CHANGELOG.md', () => {
  test('names the version of package.json first, then older ones in order', () => {
    const versions = sections.map((section) => section.split(/[\s(]/u, 1)[0] ?? '');
    const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
    const byVersion = (left: string, right: string): number => right.localeCompare(left, 'en', { numeric: true });
    expect(versions[0]).toBe(version);
    expect(versions).toEqual(versions.toSorted(byVersion));
  });

  test.each(sections.map((section) => [section.split('\n', 1)[0] ?? '', section]))('%s has a date, the known headings, and entries for people', (title, section) => {
    expect(title).toMatch(/^\d+\.\d+\.\d+ \((?:unreleased|\d{4}-\d\d-\d\d)\)$/u);
    const headings = [...section.matchAll(/^### (.*)$/gmu)].map((match) => match[1] ?? '');
    const known = ['New', 'Changed', 'Fixed', 'Gone', 'Security', 'Not there yet'];
    expect(headings).toEqual(known.filter((heading) => headings.includes(heading)));
    const lines = section.split('\n').slice(1).filter((line) => line !== '' && !line.startsWith('### '));
    for (const line of lines) expect(line).toMatch(/^(?:- \S|  \S)/u);
    for (const entry of lines.join('\n').split(/^- /mu).slice(1)) expect(entry.trimEnd()).toMatch(/\.$/u);
  });
});

describe('docs/decisions', () => {
  test.each(readdirSync(new URL('docs/decisions', root)).filter((file) => /^\d{4}-/u.test(file)))('%s says context, decision and what it costs', (file) => {
    const text = readFileSync(new URL(`docs/decisions/${file}`, root), 'utf8');
    expect([...text.matchAll(/^##? (.*)$/gmu)].map((match) => match[1])).toEqual([expect.stringMatching(new RegExp(`^${file.slice(0, 4)}: `, 'u')), 'Context', 'Decision', 'What it costs']);
  });
});
