/** For rules between settings: they also run when a setting is wrong by itself, so that one reading shows every problem. Their value may be anything. */
export const always = { when: (): boolean => true };

/** The entries of a list, or none. */
export const entriesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a block holds under a name, or `undefined`. */
export const memberOf = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined);

/** The same, if it is text. */
export function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}
