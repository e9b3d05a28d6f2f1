import { parseRfc3339 } from '../../../../../model/time.ts';
import { same } from '../../same.ts';
import { type Schema, schemaOf } from '../schema.ts';
import type { Expression } from './syntax.ts';

/** An expression that has no value: a missing field, or types that do not go together. */
export class NoValue extends Error {}

/** A value with its schema, which says that a text is a time. */
export interface Typed {
  readonly value: unknown;
  readonly schema: Schema | undefined;
}

export interface Scope {
  readonly self: Typed;
  readonly oldSelf: Typed | undefined;
}

/** Times and lengths of time, in milliseconds. */
type Moment = { readonly instant: number } | { readonly span: number };

/** The value of an expression. Throws `NoValue`. */
export const evaluate = (expression: Expression, scope: Scope): unknown => plain(valueOf(expression, scope));

const typed = (value: unknown): Typed => ({ value, schema: undefined });

function plain({ value, schema }: Typed): unknown {
  if (typeof value !== 'string') return value;
  if (schema?.format === 'date-time') return instantOf(value);
  return schema?.format === 'duration' ? spanOf(value) : value;
}

function valueOf(expression: Expression, scope: Scope): Typed {
  switch (expression.kind) {
    case 'literal':
      return typed(expression.value);
    case 'list':
      return typed(expression.items.map((each) => evaluate(each, scope)));
    case 'variable':
      return variable(scope[expression.name], expression.name);
    case 'member':
      return member(valueOf(expression.of, scope), expression.name);
    case 'has': {
      const { value } = valueOf(expression.of, scope);
      return typed(typeof value === 'object' && value !== null && Object.hasOwn(value, expression.name));
    }
    case 'call':
      return typed(call(expression.name, expression.arguments.map((each) => evaluate(each, scope))));
    case 'not':
      return typed(!isTrue(evaluate(expression.of, scope)));
    case 'choice':
      return valueOf(isTrue(evaluate(expression.condition, scope)) ? expression.yes : expression.no, scope);
    case 'binary':
      return typed(binary(expression.sign, expression.left, expression.right, scope));
  }
}

function variable(found: Typed | undefined, name: string): Typed {
  if (found === undefined) throw new NoValue(`no such attribute: ${name}`);
  return found;
}

function member({ value, schema }: Typed, name: string): Typed {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) throw new NoValue(`no such key: ${name}`);
  return { value: (value as Record<string, unknown>)[name], schema: schemaOf(schema, name) };
}

function isTrue(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new NoValue('no such overload');
  return value;
}

function binary(sign: string, left: Expression, right: Expression, scope: Scope): unknown {
  if (sign === '&&' || sign === '||') return logical(sign === '||', left, right, scope);
  const [one, other] = [evaluate(left, scope), evaluate(right, scope)];
  switch (sign) {
    case '==':
      return same(one, other);
    case '!=':
      return !same(one, other);
    case 'in':
      return Array.isArray(other) ? other.some((each) => same(each, one)) : isKey(one, other);
    case '+':
    case '-':
      return sum(sign === '+' ? 1 : -1, one, other);
    default:
      return compare(sign, one, other);
  }
}

/** A side that decides alone decides, even when the other one has no value. */
function logical(decides: boolean, left: Expression, right: Expression, scope: Scope): boolean {
  let failure: NoValue | undefined;
  for (const side of [left, right]) {
    try {
      if (isTrue(evaluate(side, scope)) === decides) return decides;
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return !decides;
}

const isKey = (name: unknown, map: unknown): boolean => typeof map === 'object' && map !== null && typeof name === 'string' && Object.hasOwn(map, name);

function sum(sign: 1 | -1, one: unknown, other: unknown): unknown {
  if (typeof one === 'number' && typeof other === 'number') return one + sign * other;
  if (typeof one === 'string' && typeof other === 'string' && sign === 1) return one + other;
  if (isMoment(one) && isMoment(other)) {
    if ('span' in other) return 'span' in one ? { span: one.span + sign * other.span } : { instant: one.instant + sign * other.span };
    if ('instant' in one && sign === -1) return { span: one.instant - other.instant };
  }
  throw new NoValue('no such overload');
}

const isMoment = (value: unknown): value is Moment => typeof value === 'object' && value !== null && ('instant' in value || 'span' in value);

function compare(sign: string, one: unknown, other: unknown): boolean {
  const order = orderOf(comparable(one), comparable(other));
  if (sign === '<') return order < 0;
  if (sign === '<=') return order <= 0;
  return sign === '>' ? order > 0 : order >= 0;
}

function comparable(value: unknown): number | string {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (isMoment(value)) return 'span' in value ? value.span : value.instant;
  throw new NoValue('no such overload');
}

function orderOf(one: number | string, other: number | string): number {
  if (typeof one !== typeof other) throw new NoValue('no such overload');
  return one < other ? -1 : one > other ? 1 : 0;
}

function call(name: string, [subject, argument]: readonly unknown[]): unknown {
  if (name === 'size') return sizeOf(subject);
  if (typeof subject !== 'string') throw new NoValue('no such overload');
  if (name === 'duration') return spanOf(subject);
  if (name === 'timestamp') return instantOf(subject);
  if (name === 'string') return subject;
  if (typeof argument !== 'string') throw new NoValue('no such overload');
  if (name === 'startsWith') return subject.startsWith(argument);
  if (name === 'endsWith') return subject.endsWith(argument);
  return name === 'contains' ? subject.includes(argument) : new RegExp(argument, 'u').test(subject);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new NoValue('no such overload');
}

function instantOf(text: string): Moment {
  const instant = parseRfc3339(text);
  if (instant === undefined) throw new NoValue(`cannot parse ${JSON.stringify(text)} as a timestamp`);
  return { instant };
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 0.001, ns: 0.000001 };

function spanOf(text: string): Moment {
  if (!/^[+-]?(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|ns))+$/u.test(text)) throw new NoValue(`cannot parse ${JSON.stringify(text)} as a duration`);
  const length = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/gu)].reduce((total, [, count, unit = '']) => total + Number(count) * (units[unit] ?? 0), 0);
  return { span: text.startsWith('-') ? -length : length };
}
