import { describe, expect, it } from 'vitest';
import { baseCase, caseOf, flippedCase, optionsAbout, planFamilies, plugins } from './cases.ts';

const source = { seed: 7, now: Date.UTC(2026, 4, 1) };

describe('a generated case', () => {
  it.each(plugins)('of $name is the same for the same id, seed and moment, byte for byte', (plugin) => {
    const family = { plugin, number: 3 };
    const option = optionsAbout(family)[0];
    if (option === undefined) throw new Error('no option is flipped');
    const made = [baseCase(family, 1, source), flippedCase(family, 1, { option, attempt: 2 }, source)];
    expect(made.map(({ id }) => JSON.stringify(caseOf(id, source)))).toEqual(made.map((each) => JSON.stringify(each)));
    expect(JSON.stringify(baseCase(family, 1, { ...source, seed: 8 }))).not.toBe(JSON.stringify(made[0]));
  });

  it.each(plugins)('of $name and its flip differ in the policy only', (plugin) => {
    const family = { plugin, number: 0 };
    const base = baseCase(family, 0, source);
    for (const option of optionsAbout(family)) {
      const flipped = flippedCase(family, 0, { option, attempt: 0 }, source);
      expect(flipped.objects).toEqual(base.objects);
      expect(flipped.policy).not.toEqual(base.policy);
      expect(flipped.flips).toEqual({ of: base.id, option: option.id });
    }
  });

  it('says what ids look like when there is none of that id', () => {
    expect(() => caseOf('PodLifeTime', source)).toThrow('ids look like');
  });
});

describe('a plan', () => {
  it('flips every option of every plugin', () => {
    const flipped = new Set(planFamilies(3_000).flatMap((family) => optionsAbout(family).map(({ id }) => id)));
    for (const plugin of plugins) for (const { id } of plugin.options) expect(flipped).toContain(id);
  });
});
