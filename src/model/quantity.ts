/*
 * Kubernetes quantities, exact: an amount is a BigInt in billionths (nano), the finest unit Kubernetes keeps.
 * Doubles would round sums of bytes and make two equal requests differ.
 */

declare const unit: unique symbol;

/** An exact amount in billionths of its unit. */
export type Amount = bigint & { readonly [unit]: 'amount' };

const one = 1_000_000_000n;
/** Kubernetes caps every quantity at the largest 64-bit integer. */
const largest = (2n ** 63n - 1n) * one;

export const amount = (nano: bigint): Amount => nano as Amount;
export const wholes = (count: number): Amount => amount(BigInt(count) * one);
export const nothing: Amount = amount(0n);

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, bigint>> = { Ki: 2n ** 10n, Mi: 2n ** 20n, Gi: 2n ** 30n, Ti: 2n ** 40n, Pi: 2n ** 50n, Ei: 2n ** 60n };
const form = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]+)?$/u;

/** Reads a quantity as Kubernetes writes it; `undefined` when it is none. Less than a billionth counts as one. */
export function parseQuantity(text: string): Amount | undefined {
  const match = form.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const suffix = match[4] ?? '';
  const factor = binary[suffix];
  const size = factor === undefined ? scaled(digits, exponent(suffix) + 9 - fraction.length) : scaled(digits * factor, 9 - fraction.length);
  return amount(match[1] === '-' ? -size : size);
}

function exponent(suffix: string): number {
  return /^[eE]./u.test(suffix) ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0);
}

/** `digits` × 10^`power`, rounded up, capped. A huge exponent never becomes a huge number. */
function scaled(digits: bigint, power: number): bigint {
  if (digits === 0n) return 0n;
  if (power > 60) return largest;
  if (power < -600) return 1n;
  const size = power >= 0 ? digits * 10n ** BigInt(power) : divideAwayFromZero(digits, 10n ** BigInt(-power));
  return size > largest ? largest : size;
}

/** The amount in whole units, rounded away from zero: bytes, pods, devices. */
export const toValue = (of: Amount): bigint => divideAwayFromZero(of, one);

/** The amount in thousandths, rounded away from zero: milli-CPUs. */
export const toMilliValue = (of: Amount): bigint => divideAwayFromZero(of, 1_000_000n);

function divideAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  if (dividend % divisor === 0n) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

/** `100m`, `1.5`, `512Mi`: for people, not for parsing. */
export function formatAmount(resource: string, of: Amount): string {
  if (resource === 'cpu') return `${toMilliValue(of)}m`;
  const value = toValue(of);
  for (const [suffix, factor] of Object.entries(binary).toReversed()) if (value !== 0n && value % factor === 0n) return `${value / factor}${suffix}`;
  return String(value);
}
