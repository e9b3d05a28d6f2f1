import type { Cause } from '../../refusal.ts';
import { duplicate, forbidden, invalid, required } from '../causes.ts';
import { same } from '../same.ts';
import { NoValue, type Scope, evaluate } from './cel/evaluate.ts';
import { type Expression, readExpression, usesOldSelf } from './cel/syntax.ts';
import { counterpart } from './check-schema.ts';
import { type Schema, type WrittenRule, schemaOf } from './schema.ts';

/** A rule of `x-kubernetes-validations` that is understood. */
interface Rule extends WrittenRule {
  readonly expression: Expression;
  /** Compares with what was there before: not asked about what is new. */
  readonly onChange: boolean;
}

const read = new WeakMap<Schema, readonly Rule[]>();

/**
 * Asks the rules of a schema, from the outside to the inside. A rule that needs more of CEL than is understood here is
 * taken as fulfilled. Like a real server, it complains of what has not changed only by rules that look at the change.
 */
export function checkRules(value: unknown, schema: Schema, path: string, before?: unknown): Cause[] {
  if (value === null || value === undefined) return [];
  return [...rulesOf(schema).flatMap((rule) => ask(rule, value, { schema, path, before })), ...checkInside(value, schema, path, before)];
}

function rulesOf(schema: Schema): readonly Rule[] {
  const known = read.get(schema);
  if (known !== undefined) return known;
  const rules = schema.rules.flatMap((rule): Rule[] => {
    const expression = readExpression(rule.rule);
    return expression === undefined ? [] : [{ ...rule, expression, onChange: usesOldSelf(expression) }];
  });
  read.set(schema, rules);
  return rules;
}

/** Whether there is any rule in a schema or within it. */
export function hasRules(schema: Schema): boolean {
  const inner = [...schema.properties.values(), schema.items, schema.additional];
  return schema.rules.length > 0 || inner.some((each) => each !== undefined && hasRules(each));
}

interface Place {
  readonly schema: Schema;
  readonly path: string;
  readonly before: unknown;
}

function ask(rule: Rule, value: unknown, { schema, path, before }: Place): Cause[] {
  if (rule.onChange ? before === undefined || before === null : before !== undefined && same(value, before)) return [];
  const scope: Scope = { self: { value, schema }, oldSelf: before === undefined ? undefined : { value: before, schema } };
  const at = rule.fieldPath === '' ? path : `${path}${rule.fieldPath}`;
  try {
    return evaluate(rule.expression, scope) === true ? [] : [complaint(rule, at, value)];
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return [invalid(at, schema.type, `${error.message} evaluating rule: ${rule.message || rule.rule}`)];
  }
}

function complaint({ rule, message, reason }: Rule, path: string, value: unknown): Cause {
  const says = message === '' ? `failed rule: ${rule}` : message;
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(path, says);
    case 'FieldValueRequired':
      return required(path, says);
    case 'FieldValueDuplicate':
      return duplicate(path, value);
    default:
      // Objects and lists would be too long to repeat.
      return typeof value === 'object' ? { reason: 'FieldValueInvalid', field: path, message: `Invalid value: ${says}` } : invalid(path, value, says);
  }
}

function checkInside(value: unknown, schema: Schema, path: string, before: unknown): Cause[] {
  const { items } = schema;
  if (Array.isArray(value)) {
    const earlier = Array.isArray(before) ? (before as unknown[]) : [];
    return items === undefined ? [] : (value as unknown[]).flatMap((each, index) => checkRules(each, items, `${path}[${index}]`, counterpart(each, schema, earlier)));
  }
  if (typeof value !== 'object' || value === null) return [];
  const earlier = (typeof before === 'object' && before !== null ? before : {}) as Record<string, unknown>;
  return Object.entries(value).flatMap(([name, each]) => {
    const inner = schemaOf(schema, name);
    return inner === undefined ? [] : checkRules(each, inner, path === '' ? name : `${path}.${name}`, Object.hasOwn(earlier, name) ? earlier[name] : undefined);
  });
}
