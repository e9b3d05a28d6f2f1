import { describe, expect, it } from 'vitest';
import { canonicalQuantity, canonicalResource } from './quantity.ts';

describe('quantities are written in one way', () => {
  it.each([
    ['1000', '1k'], ['1500m', '1500m'], ['1.5', '1500m'], ['1024', '1024'], ['1024Ki', '1Mi'], ['1.5Gi', '1536Mi'], ['0.5Gi', '512Mi'], ['0.1Ki', '102400m'], ['1e6', '1e6'], ['1E3', '1E3'], ['1000E3', '1e6'], ['1.234', '1.234'], ['0.234', '234m'], ['1.23', '1230m'], ['1E', '1E'], ['2e-3', '2e-3'],
    ['0', '0'], ['0Mi', '0'], ['-5', '-5'], ['1000000000000', '1T'], ['100n', '100n'], ['0.0000001', '100n'], ['1000000000000000000000', '9223372036854775807'],
  ])('%s → %s', (text, written) => {
    expect(canonicalQuantity(text)).toBe(written);
  });

  it.each([['', undefined], ['x', undefined], ['1 Gi', undefined], ['1.2.3', undefined]])('"%s" is none', (text, none) => {
    expect(canonicalQuantity(text)).toBe(none);
  });

  it('rounds amounts of resources up to thousandths', () => {
    expect(canonicalResource('100n')).toBe('1m');
    expect(canonicalResource('1.0001')).toBe('1001m');
    expect(canonicalResource('1.234567')).toBe('1235m');
  });
});
