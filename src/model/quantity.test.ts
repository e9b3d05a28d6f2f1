import { describe, expect, test } from 'vitest';
import { formatAmount, parseQuantity, toMilliValue, toValue } from './quantity.ts';

describe('quantities are exact', () => {
  test.each([
    ['550m', 550n, 1n],
    ['0.1', 100n, 1n],
    ['1', 1_000n, 1n],
    ['1.5Gi', 1_610_612_736_000n, 1_610_612_736n],
    ['12e6', 12_000_000_000n, 12_000_000n],
    ['1E3', 1_000_000n, 1_000n],
    ['1E', 10n ** 21n, 10n ** 18n],
    ['100n', 1n, 1n],
    ['-1500m', -1_500n, -2n],
    ['.5', 500n, 1n],
    ['5.', 5_000n, 5n],
    ['0.0000000001', 1n, 1n],
  ])('%s', (text, milli, value) => {
    const amount = parseQuantity(text);
    expect(amount).toBeDefined();
    if (amount === undefined) return;
    expect(toMilliValue(amount)).toBe(milli);
    expect(toValue(amount)).toBe(value);
  });

  test.each(['', '.', 'm', '1 Gi', '1gi', '0x10', '1e', '--1', 'NaN', '1_000'])('%j is no quantity', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test('a huge exponent is capped like Kubernetes caps it and costs nothing', () => {
    const cap = 2n ** 63n - 1n;
    expect(toValue(parseQuantity('1e400') ?? (0n as never))).toBe(cap);
    expect(toValue(parseQuantity('1e999999999999') ?? (0n as never))).toBe(cap);
    expect(toMilliValue(parseQuantity('1e-999999999') ?? (0n as never))).toBe(1n);
  });

  test('reads well', () => {
    expect(formatAmount('cpu', parseQuantity('0.55') ?? (0n as never))).toBe('550m');
    expect(formatAmount('memory', parseQuantity('536870912') ?? (0n as never))).toBe('512Mi');
    expect(formatAmount('pods', parseQuantity('3') ?? (0n as never))).toBe('3');
  });
});
