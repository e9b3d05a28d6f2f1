import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSchema } from '../schema.ts';
import { evaluate } from './evaluate.ts';
import { readExpression, usesOldSelf } from './syntax.ts';

const schema = readSchema({ type: 'object', properties: { at: { type: 'string', format: 'date-time' }, until: { type: 'string', format: 'date-time' } } });
const self = { value: { a: 1, b: 'x', on: true, list: ['x', 'y'], at: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' }, schema };
const oldSelf = { value: { a: 2 }, schema };

const valueOf = (rule: string): unknown => {
  const expression = readExpression(rule);
  if (expression === undefined) throw new Error(`${rule} is not understood`);
  return evaluate(expression, { self, oldSelf });
};

describe('rules in CEL', () => {
  it.each([
    ['self.a == 1 && oldSelf.a == 2', true], ['self.a + 1 == oldSelf.a', true], ['self.a - 1 < 0 || self.a >= 1', true], ['!(self.b in ["x", "y"])', false], ["self.b == 'x' ? self.on : false", true],
    ['has(self.b) && !has(self.c)', true], ['size(self.list) == 2 && self.b.size() == 1', true], ['self.b.startsWith("x") && self.b.matches("^[x-z]$")', true], ['"y" in self.list', true],
    ["self.until <= self.at + duration('24h')", true], ["self.until - self.at > duration('23h59m')", true], ['self.at == timestamp("2026-01-01T01:00:00+01:00")', true], ['-self.a < 0', true],
    ['self.missing == 1 || true', true], ['false && self.missing == 1', false],
  ])('%s is %s', (rule, value) => {
    expect(valueOf(rule)).toBe(value);
  });

  it.each([['self.missing == 1', 'no such key: missing'], ['self.a < self.b', 'no such overload'], ['self.b && true', 'no such overload']])('%s has no value: %s', (rule, why) => {
    expect(() => valueOf(rule)).toThrow(why);
  });

  it.each(['self.list.all(x, x == 1)', 'self.list[0] == 1', 'self.a ==', 'self.f(1)', 'other == 1', 'self.a # 1', '{"a": 1}'])('%s is not understood', (rule) => {
    expect(readExpression(rule)).toBeUndefined();
  });

  it('understands every rule of our own kinds', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../../../manifests/base/crd.yaml'), 'utf8');
    const rules = [...JSON.stringify(parse(text, { merge: true })).matchAll(/"rule":("(?:[^"\\]|\\.)*")/gu)].map(([, rule = '']) => JSON.parse(rule) as string);
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.filter((rule) => readExpression(rule) === undefined)).toEqual([]);
  });

  it('knows which rules look at a change', () => {
    expect(['self == oldSelf', 'has(self.a)', 'self.a in [oldSelf.a]', 'self.a.startsWith("x")'].map((rule) => usesOldSelf(readExpression(rule) ?? { kind: 'literal', value: 0 }))).toEqual([true, false, true, false]);
  });
});
