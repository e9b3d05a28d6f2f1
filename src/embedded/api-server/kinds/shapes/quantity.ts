import { type Amount, amount, parseQuantity } from '../../../../model/quantity.ts';

const one = 1_000_000_000n;
const thousandth = 1_000_000n;
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The one way in which Kubernetes writes this quantity (`1024Mi` → `1Gi`, `0.5` → `500m`); undefined when it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const parsed = parseQuantity(text.trim());
  return parsed === undefined ? undefined : write(parsed, text);
}

/** The same for an entry of a list of resources, which is rounded up to thousandths. */
export function canonicalResource(text: string): string | undefined {
  const known = seen.get(text);
  if (known !== undefined) return known;
  const made = rounded(text);
  // The same few amounts come again and again; whoever sends others does not fill the memory.
  if (seen.size >= 1_000) seen.clear();
  if (made !== undefined) seen.set(text, made);
  return made;
}

const seen = new Map<string, string>();

function rounded(text: string): string | undefined {
  const parsed = parseQuantity(text.trim());
  if (parsed === undefined) return undefined;
  const rest = parsed % thousandth;
  return write(rest === 0n ? parsed : amount(parsed - rest + (parsed > 0n ? thousandth : 0n)), text);
}

function write(size: Amount, text: string): string {
  if (size === 0n) return '0';
  if (isKept(text.trim())) return text.trim();
  const large = size >= 1_024n * one || size <= -1_024n * one;
  if (/[KMGTPE]i$/u.test(text) && large && size % one === 0n) return withSuffix(size / one, 1_024n, binary);
  if (/[eE][+-]?\d+$/u.test(text)) return withExponent(size);
  return withSuffix(size, 1_000n, decimal);
}

/** Some forms that are not quite the one are kept as they were written (`1.234`, `1E3`): those that look canonical at first sight. */
function isKept(text: string): boolean {
  const [, whole = '', fraction = '', suffix = ''] = /^[+-]?(\d*)(?:\.(\d*))?(.*)$/u.exec(text) ?? [];
  const digits = whole + fraction;
  const power = /^[eE]./u.test(suffix) ? Number(suffix.slice(1)) : decimal.indexOf(suffix) * 3 - 9;
  const scale = power - fraction.length;
  return !suffix.endsWith('i') && digits.length <= 18 && scale % 3 === 0 && scale >= -3 && !digits.endsWith('000') && !digits.startsWith('0');
}

/** Divides as often as it goes without a rest, while there is a suffix for it. */
function withSuffix(size: bigint, base: bigint, suffixes: readonly string[]): string {
  let index = 0;
  let rest: bigint = size;
  for (; index < suffixes.length - 1 && rest % base === 0n; index += 1) rest /= base;
  return `${rest}${suffixes[index] ?? ''}`;
}

function withExponent(size: bigint): string {
  let exponent = -9;
  let rest: bigint = size;
  for (; rest % 1_000n === 0n; exponent += 3) rest /= 1_000n;
  return exponent === 0 ? String(rest) : `${rest}e${exponent}`;
}
