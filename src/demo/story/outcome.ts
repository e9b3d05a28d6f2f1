import type { Balance } from './scene.ts';

/** What a story found out when it had ended. */
export type Outcome = Recovered | Refused;

export interface Recovered {
  readonly kind: 'recovered';
  readonly victim: string;
  /** From the hang of the kubelet to the StatefulSet's pod running elsewhere, in seconds. */
  readonly outage: number;
  /** From the stored proof to that moment, in seconds. */
  readonly fromProof: number;
  readonly movedTo: string;
  readonly before: Balance;
  readonly after: Balance;
  /** What should not be so: empty when all is well. */
  readonly problems: readonly string[];
}

export interface Refused {
  readonly kind: 'refused';
  /** What it did not do, in words. */
  readonly refused: readonly string[];
  readonly because: string;
  /** What a person does now. */
  readonly next: readonly string[];
  readonly problems: readonly string[];
}
