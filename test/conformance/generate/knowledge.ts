import { isRefusal } from '../compare/compare.ts';
import { type KindName, specimenOf } from '../kinds/specimens.ts';
import { isMap } from '../sequence/resolve.ts';
import type { Operation } from '../sequence/operation.ts';
import type { Answer } from '../sides/side.ts';

/** An object as the real server last showed it. */
export interface Known {
  readonly resource: KindName;
  /** Without the sequence's tag. */
  readonly short: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** Operations whose answers showed it, the newest last, each with another version. */
  readonly answers: readonly number[];
  /** True when it has changed since without having been shown. */
  readonly changed: boolean;
}

/** What a client that made all these requests knows of the cluster. */
export class Knowledge {
  readonly #objects = new Map<string, Known>();

  all(resource: KindName): readonly Known[] {
    return [...this.#objects.values()].filter((each) => each.resource === resource);
  }

  find(resource: KindName, short: string): Known | undefined {
    return this.#objects.get(`${resource}/${short}`);
  }

  /** Pages of a kind after which there is another: the answers with their requests. */
  readonly pages: Operation[] = [];

  /** Learns from the real server's answer to an operation on one object. */
  learn(operation: Operation, short: string | undefined, answer: Answer): void {
    if (operation.verb === 'list' && !('labelSelector' in operation.query) && field(answer.body, 'metadata', 'continue') !== undefined && !isRefusal(answer)) this.pages.push(operation);
    if (short === undefined) return;
    const key = `${operation.resource}/${short}`;
    if (answer.code === 404 && operation.verb !== 'create') this.#objects.delete(key);
    if (isRefusal(answer) || !isMap(answer.body)) return;
    const known = this.#objects.get(key);
    if (answer.body['kind'] !== specimenOf(operation.resource).kind) this.#touched(operation, key, known);
    else if (isGone(operation, answer.body)) this.#objects.delete(key);
    else this.#objects.set(key, shown(operation, { short, known, object: answer.body }));
  }

  #touched(operation: Operation, key: string, known: Known | undefined): void {
    if (known === undefined) return;
    const isOver = operation.verb === 'delete' || (operation.verb === 'eviction' && field(known.object, 'spec', 'nodeName') === undefined);
    if (isOver) this.#objects.delete(key);
    else if (['binding', 'eviction', 'scale put', 'scale merge patch'].includes(operation.verb)) this.#objects.set(key, { ...known, changed: true });
  }
}

function shown({ resource, id }: Operation, { short, known, object }: { short: string; known: Known | undefined; object: Record<string, unknown> }): Known {
  const isSame = known !== undefined && field(known.object, 'metadata', 'resourceVersion') === field(object, 'metadata', 'resourceVersion');
  const earlier = known === undefined || field(known.object, 'metadata', 'uid') !== field(object, 'metadata', 'uid') ? [] : known.answers;
  return { resource, short, object, answers: isSame ? [...earlier.slice(0, -1), id] : [...earlier, id], changed: false };
}

/** Some kinds answer a deletion with the object as it was; others stay because of finalizers or a grace period. */
function isGone({ verb }: Operation, object: Record<string, unknown>): boolean {
  const deleting = field(object, 'metadata', 'deletionTimestamp') !== undefined;
  if (!deleting) return verb === 'delete';
  const holds = [field(object, 'metadata', 'finalizers'), field(object, 'spec', 'finalizers')].some((list) => Array.isArray(list) && list.length > 0);
  return !holds && !(Number(field(object, 'metadata', 'deletionGracePeriodSeconds') ?? 0) > 0);
}

/** A field of a field. */
export const field = (object: unknown, ...path: readonly string[]): unknown => path.reduce<unknown>((from, name) => (isMap(from) ? from[name] : undefined), object);
