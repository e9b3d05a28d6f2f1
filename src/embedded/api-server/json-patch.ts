import { equal, isMap, type JsonMap } from './json.ts';
import { Refusal } from './refusal.ts';
import { badRequest, unprocessable } from './refusals.ts';

/** One operation of a JSON patch (RFC 6902), its pointers read. */
interface Operation {
  readonly op: string;
  readonly path: readonly string[] | undefined;
  readonly from: readonly string[] | undefined;
  readonly value: unknown;
}

/** As many as a real server takes. */
const mostOperations = 10_000;

/** Reads the operations; 400 when the value is no list of objects. None at all is an empty list. */
export function readJsonPatch(value: unknown): readonly Operation[] {
  if (value === null) return [];
  if (!Array.isArray(value) || !value.every(isMap)) throw badRequest('error decoding patch: a JSON patch is a list of operations');
  if (value.length > mostOperations) throw new Refusal(413, 'RequestEntityTooLarge', `Request entity too large: The allowed maximum operations in a JSON patch is ${mostOperations}, got ${value.length}`);
  return value.map(({ op, path, from, value }: JsonMap) => ({ op: String(op), path: pointer(path), from: pointer(from), value }));
}

/** Applies the operations one by one; 422 as soon as one does not fit, a failed `test` included. */
export function applyJsonPatch(document: unknown, operations: readonly Operation[]): unknown {
  return operations.reduce((current, operation) => applyOne(current, operation), document);
}

function applyOne(document: unknown, { op, path, from, value }: Operation): unknown {
  if (path === undefined) throw unprocessable();
  switch (op) {
    case 'add':
      return change(document, path, { kind: 'add', value });
    case 'remove':
      return change(document, path, { kind: 'remove' });
    case 'replace':
      return change(document, path, { kind: 'replace', value });
    case 'test':
      if (!equal(valueAt(document, path, true) ?? null, value ?? null)) throw unprocessable();
      return document;
    case 'copy':
      return change(document, path, { kind: 'add', value: valueAt(document, from ?? [], false) });
    case 'move':
      return change(change(document, from ?? [], { kind: 'remove' }), path, { kind: 'add', value: valueAt(document, from ?? [], false) });
    default:
      throw unprocessable();
  }
}

function pointer(text: unknown): readonly string[] | undefined {
  if (typeof text !== 'string') return undefined;
  if (text === '') return [];
  return text
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(document: unknown, path: readonly string[], mayBeMissing: boolean): unknown {
  let value = document;
  for (const token of path) {
    const next: unknown = Array.isArray(value) ? value[place(value, token, 0)] : isMap(value) ? value[token] : undefined;
    if (next === undefined) {
      if (mayBeMissing) return undefined;
      throw unprocessable();
    }
    value = next;
  }
  return value;
}

type Step = { readonly kind: 'add' | 'replace'; readonly value: unknown } | { readonly kind: 'remove' };

/** The document with one place changed; everything beside the way there is shared. */
function change(document: unknown, [token, ...rest]: readonly string[], step: Step): unknown {
  if (token === undefined) {
    if (step.kind === 'remove') throw unprocessable();
    return step.value;
  }
  if (Array.isArray(document)) return changeList(document, [token, ...rest], step);
  if (!isMap(document) || token === '__proto__') throw unprocessable();
  const there = Object.hasOwn(document, token);
  if (rest.length > 0) {
    if (!there) throw unprocessable();
    return { ...document, [token]: change(document[token], rest, step) };
  }
  // Kubernetes' library replaces members that are not there, too.
  if (step.kind !== 'remove') return { ...document, [token]: step.value };
  if (!there) throw unprocessable();
  const { [token]: _removed, ...others } = document;
  return others;
}

function changeList(list: readonly unknown[], [token, ...rest]: readonly [string, ...string[]], step: Step): unknown {
  if (rest.length > 0) {
    const index = place(list, token, 0);
    return list.with(index, change(list[index], rest, step));
  }
  if (step.kind === 'add') {
    const index = token === '-' ? list.length : place(list, token, 1);
    return list.toSpliced(index, 0, step.value);
  }
  const index = place(list, token, 0);
  return step.kind === 'replace' ? list.with(index, step.value) : list.toSpliced(index, 1);
}

/** An index into the list; `beyond` 1 lets it name the place after the last. Negative ones count from the end, as in Kubernetes' library. */
function place(list: readonly unknown[], token: string, beyond: 0 | 1): number {
  if (!/^-?\d+$/u.test(token)) throw unprocessable();
  const index = Number(token);
  const end = list.length + beyond;
  if (index >= end || index < -end) throw unprocessable();
  return index < 0 ? index + end : index;
}
