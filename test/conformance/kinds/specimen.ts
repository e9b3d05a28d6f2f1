import type { Resource } from '../../../src/kube/paths.ts';
import type { Random } from '../generate/random.ts';

/** A JSON merge patch (RFC 7386). */
export type Change = Readonly<Record<string, unknown>>;

/** Changes by what they are about, in the words of a report. */
export type Changes = Readonly<Record<string, Change>>;

/** A kind as the fuzzer knows it: how to make one, how to change one, and what a server refuses. */
export interface Specimen {
  readonly resource: Resource;
  readonly kind: string;
  readonly status: boolean;
  readonly scale: boolean;
  /** False for custom resources. */
  readonly strategic: boolean;
  /** True when a PUT of an unknown name creates it. */
  readonly createdByPut: boolean;
  /** True when a PUT without a version is refused. */
  readonly needsVersion: boolean;
  /** A body that is taken, without its metadata. `{{tag}}` stands for what is this sequence's own. */
  body(random: Random): Change;
  /** Applied to such a body they make one that is refused with 422. */
  readonly faults: Changes;
  /** Changes of an existing object that are taken. */
  changes(random: Random): Change;
  /** Changes of any existing object that are refused with 422. */
  readonly refused: Changes;
  statusChanges?(random: Random): Change;
  readonly refusedStatus?: Changes;
  /** Field selectors that are supported. */
  readonly fieldSelectors: readonly string[];
  /** Paths that have to be equal on both sides, with all that is below them; `[]` goes through a list. */
  readonly declared: readonly string[];
}

export const metadataFields = [
  'metadata.name', 'metadata.namespace', 'metadata.generateName', 'metadata.uid', 'metadata.resourceVersion', 'metadata.generation', 'metadata.creationTimestamp', 'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds', 'metadata.labels', 'metadata.annotations', 'metadata.finalizers', 'metadata.ownerReferences',
] as const;

/** The usual answers to the questions that most kinds answer alike. */
export const usual = { status: false, scale: false, strategic: true, createdByPut: false, needsVersion: false, fieldSelectors: ['metadata.name=a', 'metadata.name!=a'] } as const;

/** Far from any test's present, so that it is never taken for a time that a server set. */
export const longAgo = '2020-02-02T02:02:02Z';
export const longAgoMicro = '2020-02-02T02:02:02.123456Z';

export const conditionOf = (type: string, status: string, reason: string): Change => ({ type, status, reason, message: `${reason} it is`, lastTransitionTime: longAgo });
