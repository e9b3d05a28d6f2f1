import { type Instant, instant } from '../model/time.ts';

/** RFC 3339 with seconds, as `metav1.Time` wants it. */
export const rfc3339 = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with exactly six fractional digits: `metav1.MicroTime` refuses anything else. */
export const rfc3339Micro = (at: Instant): string => `${new Date(at).toISOString().slice(0, -1)}000Z`;

/** Reads an RFC 3339 time; undefined when it is none. */
export function parseInstant(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const value = Date.parse(text);
  return Number.isNaN(value) ? undefined : instant(value);
}
