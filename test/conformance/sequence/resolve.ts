import type { PlainRequest } from '../sides/side.ts';
import type { Body, Operation } from './operation.ts';

/** What one side has said so far, by the names under which references find it. */
export type Scope = Readonly<Record<string, unknown>>;

/** What a reference becomes whose answer is not there: a sequence that was cut short still makes requests. */
export const missing = 'missing';

/** Fills in the references of an operation for one side. */
export function resolve(operation: Pick<Operation, 'method' | 'path' | 'query' | 'contentType' | 'body'>, scope: Scope): PlainRequest {
  const { method, path, query, contentType, body } = operation;
  return {
    method,
    path: filledText(path, scope),
    query: filled(query, scope) as Record<string, string>,
    ...(contentType === undefined ? {} : { contentType }),
    ...(body === undefined ? {} : { body: bodyText(body, scope) }),
  };
}

function bodyText(body: Body, scope: Scope): string {
  if (body.kind === 'text') return filledText(body.text, scope);
  if (body.kind === 'value') return JSON.stringify(filled(body.value, scope));
  return JSON.stringify(merged(scope[String(body.answer)] ?? {}, filled(body.change, scope)));
}

/** RFC 7386. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

export const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every text in a value. A text that is one reference and nothing else becomes its value, whatever that is. */
function filled(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return filledText(value, scope);
  if (Array.isArray(value)) return value.map((each) => filled(each, scope));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, scope)]));
}

const filledText = (text: string, scope: Scope): string => (text.includes('{{') ? text.replaceAll(/\{\{([^}]+)\}\}/gu, (_, path: string) => found(path, scope)) : text);

function found(path: string, scope: Scope): string {
  const value = path.split('.').reduce<unknown>((from, key) => (isMap(from) ? from[key] : undefined), scope);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : missing;
}
