import { schema, text, whole } from './schema.ts';

/*
 * The protobuf wire format (protobuf.dev, *Encoding*), as far as Kubernetes uses it: enough to pick named fields out of a
 * message and to pass over the rest without looking into it.
 */

/** What a field holds, and under which name the object gets it. Fields that a schema does not number are passed over. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
}

export type FieldType =
  | ValueType
  | { readonly kind: 'whole' | 'flag' }
  /** Its fields become fields of the message around it. */
  | { readonly kind: 'inline'; readonly of: Schema }
  | { readonly kind: 'list'; readonly of: ValueType }
  /** By text. */
  | { readonly kind: 'map'; readonly of: 'text' | 'quantity' };

/** What has a length of its own. */
export type ValueType = { readonly kind: 'text' | 'time' | 'quantity' } | { readonly kind: 'message'; readonly of: Schema; readonly alike: boolean };

/** By field number. */
export type Schema = readonly (Field | undefined)[];

type Target = Record<string, unknown>;

/** What was read before, by what it is and its bytes. */
export type Alike = Map<Schema, Map<string, object>>;

/** Where in the bytes something stands. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads messages out of one body. Parts that many objects have in common are read once and shared: nobody may change them. */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #alike: Alike;
  #at = 0;

  constructor(bytes: Buffer, alike: Alike) {
    this.#bytes = bytes;
    this.#alike = alike;
  }

  read({ start, end }: Span, schema: Schema): Target {
    return this.#readInto({}, { start, end }, schema);
  }

  /** The spans of every field with this number, in their order. */
  *spans({ start, end }: Span, number: number): Generator<Span> {
    let at = start;
    while (at < end) {
      this.#at = at;
      const tag = this.#varint();
      const span = this.#span(tag & 7, end);
      at = span.end;
      if (tag >>> 3 === number) yield span;
    }
  }

  #readInto(target: Target, { start, end }: Span, schema: Schema): Target {
    this.#at = start;
    while (this.#at < end) {
      const tag = this.#varint();
      const field = schema[tag >>> 3];
      if (field !== undefined && (tag & 7) === 0) {
        const value = this.#number();
        if (field.type.kind === 'flag') target[field.name] = value !== 0;
        else if (field.type.kind === 'whole') target[field.name] = value;
        continue;
      }
      const span = this.#span(tag & 7, end);
      if (field !== undefined && (tag & 7) === 2) this.#take(target, field, span);
      this.#at = span.end;
    }
    if (this.#at > end) throw new Error('a number is longer than the message that it is in');
    return target;
  }

  #take(target: Target, { name, type: holds }: Field, span: Span): void {
    switch (holds.kind) {
      case 'inline':
        this.#readInto(target, span, holds.of);
        return;
      case 'list':
        ((target[name] ??= []) as unknown[]).push(this.#value(holds.of, span));
        return;
      case 'map': {
        const { key = '', value = holds.of === 'quantity' ? '0' : '' } = this.read(span, holds.of === 'quantity' ? quantityEntry : textEntry);
        setOwn((target[name] ??= {}) as Target, key as string, value);
        return;
      }
      case 'whole':
      case 'flag':
        return; // It would not have a length.
      case 'text':
        // As in JSON, where an empty text is left out.
        if (span.end > span.start) target[name] = this.#value(holds, span);
        return;
      case 'time':
      case 'quantity':
      case 'message':
        target[name] = this.#value(holds, span);
        return;
      default:
        holds satisfies never;
    }
  }

  #value(type: ValueType, span: Span): unknown {
    switch (type.kind) {
      case 'text':
        return this.#bytes.toString('utf8', span.start, span.end);
      case 'quantity':
        return this.read(span, quantity)['text'] ?? '0';
      case 'time':
        return timeOf(this.read(span, time));
      case 'message':
        return type.alike ? this.#readAlike(span, type.of) : this.read(span, type.of);
      default:
        return type satisfies never;
    }
  }

  #readAlike(span: Span, schema: Schema): object {
    if (span.end - span.start > longestAlike) return this.read(span, schema);
    const key = this.#bytes.toString('latin1', span.start, span.end);
    const known = this.#alike.get(schema) ?? new Map<string, object>();
    this.#alike.set(schema, known);
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= mostAlike) known.clear();
    const value = this.read(span, schema);
    known.set(key, value);
    return value;
  }

  /** Where the value of a field stands that begins here. */
  #span(wireType: number, end: number): Span {
    const length = wireType === 2 ? this.#varint() : this.#lengthOf(wireType);
    const span = { start: this.#at, end: this.#at + length };
    if (span.end > end) throw new Error('a field is longer than the message that it is in');
    return span;
  }

  #lengthOf(wireType: number): number {
    if (wireType === 1) return 8;
    if (wireType === 5) return 4;
    if (wireType !== 0) throw new Error(`${wireType} is no wire type that Kubernetes uses`);
    const start = this.#at;
    this.#number();
    const length = this.#at - start;
    this.#at = start;
    return length;
  }

  /** Tags and lengths: at most 31 bits. */
  #varint(): number {
    const value = this.#number();
    if (value < 0 || value > 0x7f_ff_ff_ff) throw new Error(`${value} is no tag or length`);
    return value;
  }

  /** A signed 64-bit number; those of Kubernetes's fields that are read fit a double. */
  #number(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    let high = 0n;
    for (let shift = 0n; shift < 21n; shift += 7n) {
      const byte = this.#byte();
      high |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, (high << 49n) | BigInt(value)));
    }
    throw new Error('a number has more than ten bytes');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error('the body ends in the middle of a number');
    this.#at += 1;
    return byte;
  }
}

/** As JSON.parse does: a label may be named __proto__. */
function setOwn(target: Target, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Longer parts are nobody else's; so many are remembered, then the table starts anew. */
const longestAlike = 2_048;
const mostAlike = 20_000;

const quantity = schema({ text: [1, text] });
const time = schema({ seconds: [1, whole], nanos: [2, whole] });
const textEntry = schema({ key: [1, text], value: [2, text] });
const quantityEntry = schema({ key: [1, text], value: [2, { kind: 'quantity' }] });

/** As JSON has it: whole seconds. No time at all is an empty message. */
function timeOf({ seconds }: Target): string | undefined {
  return typeof seconds === 'number' ? `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z` : undefined;
}
