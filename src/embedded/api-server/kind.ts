import type { Resource } from '../../kube/paths.ts';
import type { KubeObject } from './object.ts';
import type { Cause } from './refusal.ts';

export type Subresource = 'status' | 'eviction' | 'binding' | 'scale';

/** What the rules of a kind may ask about the request and the rest of the cluster. */
export interface KindContext {
  /** RFC 3339 in whole seconds, UTC. */
  readonly now: string;
  readonly user: string;
  /** A new UUID at each call. */
  newID(): string;
  /** A number from 0 up to 1. */
  random(): number;
  find(resource: Resource, name: { readonly namespace?: string; readonly name: string }): KubeObject | undefined;
  list(resource: Resource, namespace?: string): Iterable<KubeObject>;
}

/** One column of `kubectl get`, as a real server prints it (`metav1.Table`). */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean' | 'number';
  readonly format?: 'name' | '';
  readonly description?: string;
  /** 0: always shown; 1: with `-o wide`. */
  readonly priority: number;
  /** The cell. `now` is RFC 3339: ages are of this moment. */
  value(object: KubeObject, now: string): string | number | boolean | null;
}

/**
 * One kind: everything about it that is not true of all kinds. The server itself does names, UIDs, versions, generations,
 * conflicts, preconditions, finalizers, selectors, patches and watches.
 */
export interface Kind {
  readonly resource: Resource;
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Verbs of the resource itself, for discovery; others answer 405. */
  readonly verbs: readonly string[];
  /** True when `metadata.generation` counts changes of the spec. */
  readonly hasGeneration: boolean;
  /**
   * A new object from what a client sent: defaults filled in, and fields that a client may not set dropped (status
   * where the kind has that subresource, unless a real server keeps it). Name and UID are given already. Pure. Throws a
   * `Refusal` with code 400 for what a real server could not decode, as `prepareUpdate` does; a patch that leads there
   * answers 422 with the cause `patch`.
   */
  prepareCreate(sent: KubeObject, context: KindContext): KubeObject;
  /**
   * What an update makes of the current object: for `undefined` the status of `current` is kept where there is a status
   * subresource; for 'status' everything but the status (and what a real server lets through) is kept. Defaults again. Pure.
   */
  prepareUpdate(sent: KubeObject, current: KubeObject, part: 'status' | undefined, context: KindContext): KubeObject;
  /** What is wrong with the object, and, given the current one, with the change. Empty: nothing. Metadata is the server's. */
  validate(object: KubeObject, current: KubeObject | undefined, context: KindContext): readonly Cause[];
  /** Refusals that are no 422 (an admission plugin's 403 or 404, for example): throws `Refusal`. */
  admit?(operation: 'create' | 'update' | 'delete', object: KubeObject, context: KindContext): KubeObject;
  /** Values of the fields that field selectors may name, besides `metadata.name` and `metadata.namespace`. */
  fields(object: KubeObject): Readonly<Record<string, string>>;
  /** Field selectors that are supported, in the form of `fields`. */
  readonly selectableFields: readonly string[];
  /**
   * Grace period in seconds that a deletion without one gets; 0 deletes at once. Only pods have one: a pod that is bound and
   * not over stays with `deletionTimestamp` until its kubelet deletes it with grace 0.
   */
  gracePeriod(object: KubeObject, asked: number | undefined): number;
  /** Merge keys of lists for strategic merge patches, by path without indices, such as `spec.containers` → `name`. */
  readonly mergeKeys: Readonly<Record<string, string>>;
  /** False for custom resources: strategic merge patches answer 415. */
  readonly strategicPatch: boolean;
  readonly columns: readonly Column[];
}
