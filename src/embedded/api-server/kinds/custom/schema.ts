import { type Fields, field, fields, flag, list, optionalText, text } from '../../../../kube/records/fields.ts';

/** A structural schema (`openAPIV3Schema`), read once. */
export interface Schema {
  /** Empty when any type will do. */
  readonly type: string;
  readonly format: string;
  readonly nullable: boolean;
  readonly properties: ReadonlyMap<string, Schema>;
  /** For every other property; absent when there may be none. */
  readonly additional: Schema | undefined;
  readonly items: Schema | undefined;
  readonly required: readonly string[];
  readonly enum: readonly unknown[] | undefined;
  readonly pattern: RegExp | undefined;
  /** `minLength`, `maximum` and the like, by name. */
  readonly bounds: ReadonlyMap<string, number>;
  readonly exclusiveMinimum: boolean;
  readonly exclusiveMaximum: boolean;
  readonly default: unknown;
  readonly integerOrString: boolean;
  readonly keepsUnknown: boolean;
  readonly listType: string;
  readonly listKeys: readonly string[];
  readonly rules: readonly WrittenRule[];
  /** Alternatives that are met in some number; for conditions only, they add no fields. */
  readonly allOf: readonly Schema[];
  readonly anyOf: readonly Schema[];
  readonly oneOf: readonly Schema[];
  readonly not: Schema | undefined;
}

/** One of `x-kubernetes-validations`. */
export interface WrittenRule {
  readonly rule: string;
  readonly message: string;
  readonly reason: string;
  readonly fieldPath: string;
}

const boundNames = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'multipleOf'];

export function readSchema(written: unknown): Schema {
  const from = fields(written);
  const additional = field(from, 'additionalProperties');
  return {
    ...readShape(from),
    additional: additional === true ? anything : typeof additional === 'object' && additional !== null ? readSchema(additional) : undefined,
    bounds: new Map(boundNames.flatMap((name) => (typeof field(from, name) === 'number' ? [[name, field(from, name) as number]] : []))),
    exclusiveMinimum: flag(from, 'exclusiveMinimum'),
    exclusiveMaximum: flag(from, 'exclusiveMaximum'),
    default: field(from, 'default'),
    ...readExtensions(from),
    allOf: list(from, 'allOf').map(readSchema),
    anyOf: list(from, 'anyOf').map(readSchema),
    oneOf: list(from, 'oneOf').map(readSchema),
    not: field(from, 'not') === undefined ? undefined : readSchema(field(from, 'not')),
  };
}

function readShape(from: Fields): Pick<Schema, 'type' | 'format' | 'nullable' | 'properties' | 'items' | 'required' | 'enum' | 'pattern'> {
  const [items, allowed] = [field(from, 'items'), field(from, 'enum')];
  return {
    type: text(from, 'type'),
    format: text(from, 'format'),
    nullable: flag(from, 'nullable'),
    properties: new Map(Object.entries(fields(field(from, 'properties'))).map(([name, each]) => [name, readSchema(each)])),
    items: items === undefined ? undefined : readSchema(items),
    required: list(from, 'required').map(String),
    enum: Array.isArray(allowed) ? (allowed as unknown[]) : undefined,
    pattern: readPattern(optionalText(from, 'pattern')),
  };
}

/** Go's regular expressions are nearly those of this platform; one that is not matches everything. */
function readPattern(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function readExtensions(from: Fields): Pick<Schema, 'integerOrString' | 'keepsUnknown' | 'listType' | 'listKeys' | 'rules'> {
  return {
    integerOrString: flag(from, 'x-kubernetes-int-or-string'),
    keepsUnknown: flag(from, 'x-kubernetes-preserve-unknown-fields'),
    listType: text(from, 'x-kubernetes-list-type'),
    listKeys: list(from, 'x-kubernetes-list-map-keys').map(String),
    rules: list(from, 'x-kubernetes-validations').map(fields).map((each) => ({
      rule: text(each, 'rule').trim(), message: text(each, 'message').trim(), reason: text(each, 'reason'), fieldPath: text(each, 'fieldPath'),
    })),
  };
}

/** What `additionalProperties: true` permits. */
const anything: Schema = {
  ...readShape({}), additional: undefined, bounds: new Map(), exclusiveMinimum: false, exclusiveMaximum: false, default: undefined,
  ...readExtensions({ 'x-kubernetes-preserve-unknown-fields': true }), allOf: [], anyOf: [], oneOf: [], not: undefined,
};

/** The schema of a property, when there is one. */
export const schemaOf = (schema: Schema | undefined, name: string): Schema | undefined => schema?.properties.get(name) ?? schema?.additional;
