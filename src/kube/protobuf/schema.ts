import type { Field, FieldType, Schema, ValueType } from './wire.ts';

/* Words to write schemas with: the fields of a message by name, each with its number in Kubernetes's `generated.proto` and its type. */

export const text: ValueType = { kind: 'text' };
export const whole: FieldType = { kind: 'whole' };
export const flag: FieldType = { kind: 'flag' };
export const time: ValueType = { kind: 'time' };
export const texts: FieldType = { kind: 'list', of: text };
export const labels: FieldType = { kind: 'map', of: 'text' };
export const quantities: FieldType = { kind: 'map', of: 'quantity' };

export const schema = (fields: Readonly<Record<string, readonly [number: number, type: FieldType]>>): Schema => {
  const byNumber: (Field | undefined)[] = [];
  for (const [name, [number, type]] of Object.entries(fields)) byNumber[number] = { name, type };
  return Array.from(byNumber);
};

export const message = (of: Schema): ValueType => ({ kind: 'message', of, alike: false });
/** The replicas of a workload have these in common, byte for byte. */
export const alike = (of: Schema): ValueType => ({ kind: 'message', of, alike: true });
export const listOf = (of: ValueType): FieldType => ({ kind: 'list', of });
export const anything: ValueType = message([]);
