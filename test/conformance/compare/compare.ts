import { type KindName, specimenOf } from '../kinds/specimens.ts';
import type { Operation } from '../sequence/operation.ts';
import { isMap } from '../sequence/resolve.ts';
import type { Answer, WatchLine } from '../sides/side.ts';
import { flatten } from './flatten.ts';
import type { Pairing } from './pairing.ts';

/** One thing that the two sides say differently. */
export interface Mismatch {
  /** `status code`, `reason`, `causes`, a path in the object, or a place among watch events. */
  readonly what: string;
  readonly real: unknown;
  readonly other: unknown;
}

export const isRefusal = ({ code }: Answer): boolean => code >= 300;

/** Compares two answers to the same operation. */
export function compareAnswers({ resource, query }: Pick<Operation, 'resource' | 'query'>, real: Answer, other: Answer, pairing: Pairing): Mismatch[] {
  if (real.code !== other.code) return [{ what: 'status code', real: brief(real), other: brief(other) }];
  if (isRefusal(real)) return [...compareValues('reason', reasonOf(real), reasonOf(other)), ...compareValues('causes', causesOf(real), causesOf(other)), ...compareValues('Retry-After', real.retryAfter, other.retryAfter)];
  if (isMap(real.body) && isMap(other.body) && Array.isArray(real.body['items'])) {
    return [...(query['labelSelector'] === undefined && query['fieldSelector'] === undefined ? compareValues('list metadata', shapeOf(real.body), shapeOf(other.body)) : []), ...compareItems(resource, real.body, other.body, pairing)];
  }
  return compareObjects(resource, real.body, other.body, pairing);
}

/** With a selector a page may promise another that turns out to be empty: that depends on other sequences' objects. */
function shapeOf({ metadata }: Record<string, unknown>): object {
  const { continue: next = '', remainingItemCount } = isMap(metadata) ? metadata : {};
  return { continues: next !== '', remaining: remainingItemCount };
}

/** Code, reason and causes of a refusal, or the kind of a success, for people. */
export const brief = (answer: Answer): string =>
  isRefusal(answer) ? `${answer.code} ${reasonOf(answer)} ${JSON.stringify(causesOf(answer))} ${isMap(answer.body) ? String(answer.body['message']).slice(0, 300) : String(answer.body).slice(0, 200)}` : `${answer.code} ${isMap(answer.body) ? String(answer.body['kind']) : ''}`;

const reasonOf = ({ body }: Answer): string => (isMap(body) && typeof body['reason'] === 'string' ? body['reason'] : '');

function causesOf({ body }: Answer): readonly string[] {
  const details = isMap(body) && isMap(body['details']) ? body['details'] : {};
  const causes = Array.isArray(details['causes']) ? (details['causes'] as { reason?: string; field?: string }[]) : [];
  return [...new Set(causes.map(({ reason = '', field = '' }) => `${reason} ${field}`.trim()))].sort();
}

const compareValues = (what: string, real: unknown, other: unknown): Mismatch[] => (JSON.stringify(real) === JSON.stringify(other) ? [] : [{ what, real, other }]);

function compareObjects(resource: KindName, real: unknown, other: unknown, pairing: Pairing): Mismatch[] {
  if (!isMap(real) || !isMap(other)) return compareValues('body', real, other);
  if (real['kind'] !== other['kind']) return [{ what: 'kind', real: real['kind'], other: other['kind'] }];
  return compareDeclared(declaredOf(resource, real), real, other, pairing);
}

function declaredOf(resource: KindName, object: Record<string, unknown>): readonly string[] {
  const specimen = specimenOf(resource);
  if (object['kind'] === specimen.kind) return specimen.declared;
  if (object['kind'] === 'Scale') return ['metadata.name', 'metadata.uid', 'metadata.resourceVersion', 'spec', 'status'];
  return ['status', 'reason', 'details.name', 'details.kind', 'details.uid'];
}

function compareItems(resource: KindName, real: Record<string, unknown>, other: Record<string, unknown>, pairing: Pairing): Mismatch[] {
  const [items, others] = [real['items'] as unknown[], Array.isArray(other['items']) ? other['items'] : []];
  const names = (list: readonly unknown[]): string => list.map((each) => flatten(each, ['metadata.name']).get('metadata.name')).join(' ');
  if (items.length !== others.length) return [{ what: 'items', real: names(items), other: names(others) }];
  return items.flatMap((item, index) => compareDeclared(specimenOf(resource).declared, item, others[index], pairing).map((each) => ({ ...each, what: `items: ${each.what}` })));
}

/** Compares what two watches said, line by line. */
export function compareLines(resource: KindName, real: readonly WatchLine[], other: readonly WatchLine[], pairing: Pairing): Mismatch[] {
  for (let index = 0; index < Math.max(real.length, other.length); index += 1) {
    const [left, right] = [real[index], other[index]];
    const mismatches = compareLine(resource, left, right, pairing);
    if (mismatches.length > 0) return mismatches.map((each) => ({ ...each, what: `watch event: ${each.what}` }));
  }
  return [];
}

/** The bookmark after what a watch began with. */
export const endsInitialEvents = ({ type, object }: WatchLine): boolean => type === 'BOOKMARK' && isMap(object['metadata']) && isMap(object['metadata']['annotations']) && object['metadata']['annotations']['k8s.io/initial-events-end'] === 'true';

function compareLine(resource: KindName, real: WatchLine | undefined, other: WatchLine | undefined, pairing: Pairing): Mismatch[] {
  const words = (line: WatchLine | undefined): string => {
    if (line === undefined) return 'nothing';
    const { object, type } = line;
    return type === 'ERROR' ? `ERROR ${String(object['code'])} ${String(object['reason'])}` : `${type} ${String(flatten(object, ['metadata.name']).get('metadata.name') ?? '')}`;
  };
  if (real === undefined || other === undefined || real.type === 'ERROR' || other.type === 'ERROR') return compareValues('line', words(real), words(other));
  if (real.type !== other.type) return [{ what: 'line', real: words(real), other: words(other) }];
  if (real.type === 'BOOKMARK') return compareValues('bookmark', endsInitialEvents(real), endsInitialEvents(other));
  return compareDeclared(specimenOf(resource).declared, real.object, other.object, pairing);
}

function compareDeclared(declared: readonly string[], real: unknown, other: unknown, pairing: Pairing): Mismatch[] {
  const [left, right] = [flatten(real, declared), flatten(other, declared)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((path) => {
    const [mine, theirs] = [left.get(path), right.get(path)];
    return isSame(path, mine, theirs, pairing) ? [] : [{ what: path, real: mine, other: theirs }];
  });
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u;
/** What the fuzzer itself writes is long ago. */
const recent = '2025';

function isSame(path: string, real: unknown, other: unknown, pairing: Pairing): boolean {
  if (typeof real !== 'string' || typeof other !== 'string') return real === other;
  if (path.endsWith('resourceVersion')) return pairing.agrees('version', real, other);
  if (uuid.test(real) && uuid.test(other)) return pairing.agrees('UID', real, other);
  if (rfc3339.test(real) && rfc3339.test(other) && real > recent && other > recent) return real.length === other.length;
  if (isGenerated(real) && isGenerated(other)) return pairing.agrees('name', real, other);
  return real === other;
}

/** What the API server makes of a `generateName`: the fuzzer's ends in `-gen-`. */
const isGenerated = (name: string): boolean => /-gen-[a-z0-9]{5}$/u.test(name);
