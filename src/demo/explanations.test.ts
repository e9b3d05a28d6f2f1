import { expect, it } from 'vitest';
import { explanations } from './explanations.ts';

it.each(Object.entries(explanations))('the explanation of %s is a title and three lines on a terminal of 80 columns', (_story, lines) => {
  expect(lines).toHaveLength(4);
  expect(lines.filter((line) => line.length >= 80)).toEqual([]);
});
