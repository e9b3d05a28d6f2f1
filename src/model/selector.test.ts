import { describe, expect, test } from 'vitest';
import { selects } from './labels.ts';
import { parseSelector, readLabelSelector } from './selector.ts';

const labels = { zone: 'a', size: '7', fencing: 'enabled' };

describe('selector expressions', () => {
  test.each([
    ['', true],
    ['zone=a', true],
    ['zone==a,size=7', true],
    ['zone!=a', false],
    ['gone!=a', true],
    ['zone in (a, b)', true],
    ['zone notin (a,b),fencing', false],
    ['fencing', true],
    ['!fencing', false],
    ['! gone', true],
    ['size>5', true],
    ['size<5', false],
    ['zone>1', false],
    ['zone=', false],
    ['example.com/a-b.c_d=x', false],
  ])('%j', (text, matches) => {
    const read = parseSelector(text);
    expect('selector' in read ? selects(read.selector, labels) : read.problem).toBe(matches);
  });

  test.each(['=', 'a=b=c', 'a in b', 'a in (b', 'a,,b', 'a b', 'size>x', '-a=b', 'a=-b', '/x=y', 'a/b/c=d'])('%j is refused', (text) => {
    expect(parseSelector(text)).toHaveProperty('problem');
  });
});

describe('label selector objects', () => {
  test.each([
    [{}, true],
    [{ matchLabels: { zone: 'a' } }, true],
    [{ matchLabels: { zone: 'b' } }, false],
    [{ matchLabels: { zone: 'a' }, matchExpressions: [{ key: 'gone', operator: 'NotIn', values: ['x'] }] }, true],
    [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, false],
  ])('%j', (raw, matches) => {
    const read = readLabelSelector(raw);
    expect('selector' in read && selects(read.selector, labels)).toBe(matches);
  });

  test.each([
    [{ matchExpressions: [{ key: 'zone', operator: 'Within', values: ['a'] }] }, '"Within" is not a valid label selector operator: write In, NotIn, Exists, DoesNotExist'],
    [{ matchExpressions: [{ key: 'size', operator: 'Gt', values: ['5'] }] }, '"Gt" is not a valid label selector operator: write In, NotIn, Exists, DoesNotExist'],
    [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [] }] }, 'In needs at least one value for zone'],
    [{ matchExpressions: [{ key: 'zone', operator: 'Exists', values: ['a'] }] }, 'Exists takes no values for zone'],
    [{ matchLabels: { zone: 'no spaces' } }, '"no spaces" is not a valid label value for zone'],
    ['zone=a', 'a label selector is an object with matchLabels and matchExpressions'],
  ])('%j is refused', (raw, problem) => {
    expect(readLabelSelector(raw)).toEqual({ problem });
  });
});
