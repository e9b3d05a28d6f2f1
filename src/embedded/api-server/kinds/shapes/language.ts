/**
 * Go's types in a line each, which say what a real server decodes and writes back: `name<presence>:<type>`, separated by white space.
 *
 * Presence: nothing: left out when zero (omitempty); `?`: a pointer, left out when absent; `!`: always written, with its zero value;
 * `!?`: always written, null when absent.
 * Type: `s` string, `i` integer, `n` number, `b` boolean, `q` quantity, `t` time, `u` time with microseconds, `x` integer or string,
 * `a` anything, a word: a struct; `[…]` a list, `{…}` a map. A list's `@key` is the merge key of strategic merge patches; `@` alone: of plain values, which are merged as a set.
 */
export type ShapeTable = Readonly<Record<string, string>>;

export type Presence = 'unlessZero' | 'pointer' | 'always' | 'nullable';

const scalars = { s: 'string', i: 'integer', n: 'number', b: 'boolean', q: 'quantity', t: 'time', u: 'microTime', x: 'integerOrString', a: 'anything' } as const;

export type FieldType =
  | { readonly kind: (typeof scalars)[keyof typeof scalars] }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'list'; readonly items: FieldType; readonly mergeKey: string | undefined }
  | { readonly kind: 'map'; readonly values: FieldType };

export interface Field {
  readonly name: string;
  readonly presence: Presence;
  readonly type: FieldType;
}

/** Reads one line of a table. */
export function readFields(line: string): readonly Field[] {
  return line.trim().split(/\s+/u).map((word) => {
    const match = /^([^!?:]+)(!?\??):(.+)$/u.exec(word);
    if (match === null) throw new Error(`The field "${word}" of a shape has no type: write name:type`);
    return { name: match[1] ?? '', presence: presences[match[2] ?? ''] ?? 'unlessZero', type: readType(match[3] ?? '') };
  });
}

const presences: Readonly<Record<string, Presence>> = { '': 'unlessZero', '?': 'pointer', '!': 'always', '!?': 'nullable' };

function readType(text: string): FieldType {
  if (text.startsWith('{')) return { kind: 'map', values: readType(text.slice(1, -1)) };
  if (text.startsWith('[')) {
    const [items = '', key] = text.slice(1, -1).split('@');
    return { kind: 'list', items: readType(items), mergeKey: key };
  }
  if (Object.hasOwn(scalars, text)) return { kind: scalars[text as keyof typeof scalars] };
  return { kind: 'struct', name: text };
}
