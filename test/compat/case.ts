/** A cluster and a policy that both deschedulers get, exactly as the API server and the policy file would hold them. */
export interface Case {
  /** `PodLifeTime/17`, or `PodLifeTime/17 with states flipped`. The same id and seed give the same case. */
  readonly id: string;
  readonly plugin: string;
  /** The `descheduler/v1alpha2` policy as an object. One profile named `default`, one strategy, unless the case is about more. */
  readonly policy: object;
  readonly objects: CaseObjects;
  /** The options that the policy sets, such as `DefaultEvictor.minReplicas` or `PodLifeTime.states`. */
  readonly options: readonly string[];
  /** The case that this one differs from in one option only. */
  readonly flips?: { readonly of: string; readonly option: string };
}

/** Objects as JSON of the Kubernetes API, each with apiVersion, kind, name, UID and resourceVersion. */
export interface CaseObjects {
  readonly nodes: readonly object[];
  readonly pods: readonly object[];
  readonly namespaces: readonly object[];
  readonly persistentvolumeclaims: readonly object[];
  readonly poddisruptionbudgets: readonly object[];
  readonly priorityclasses: readonly object[];
}

/** What a descheduler did with a case: the evictions it sent, in order, all of them granted; or that it refused the policy. */
export type Outcome = { readonly kind: 'evicted'; readonly evictions: readonly Attempt[] } | { readonly kind: 'refused'; readonly because: string };

export interface Attempt {
  readonly namespace: string;
  readonly name: string;
  /** From the `reason` annotation of the eviction. */
  readonly profile: string;
  readonly strategy: string;
}

/** Whether a sequence of evictions is one that the rules of the specification allow, from its first step to its stop. */
export type Verdict = { readonly legal: true } | { readonly legal: false; readonly at: number; readonly because: string };
