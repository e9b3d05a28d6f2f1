import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { differences } from '../compat/differences.ts';

it('docs/descheduler-differences.md has a section for every difference that the comparison knows, and no other', () => {
  const text = readFileSync('docs/descheduler-differences.md', 'utf8');
  const sections = [...text.matchAll(/^### (.*)$/gmu)].map((match) => match[1]);
  expect(sections).toEqual(differences.map(({ title }) => title));
});
