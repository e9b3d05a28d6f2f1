import type { Duration } from './time.ts';

/**
 * The checked configuration, in final units: text becomes this once, in `config/`, and nobody behind that door applies
 * a default or checks again. Field names are those of the file (spec/api.md).
 */
export interface Configuration {
  readonly clusterName: string;
  /** `observe` decides and reports but touches nothing. */
  readonly mode: 'enforce' | 'observe';
  readonly server: { readonly host: string; readonly port: number };
  readonly leaderElection: LeaderElectionSettings;
  readonly fencing: FencingSettings;
  readonly rebalancing: RebalancingSettings;
  readonly logging: { readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'; readonly format: 'json' | 'text' };
}

export interface LeaderElectionSettings {
  readonly enabled: boolean;
  readonly namespace: string;
  readonly name: string;
  readonly leaseDuration: Duration;
  readonly renewDeadline: Duration;
  readonly retryPeriod: Duration;
}

export interface FencingSettings {
  /** Which nodes take part at all. */
  readonly nodeSelector: LabelSelector;
  readonly triggers: readonly Trigger[];
  readonly scripts: { readonly directories: readonly string[]; readonly allowed: readonly string[] };
  /** Node name → machine id, given to the script as FENCE_ID. A node that is not listed is its own name. */
  readonly inventory: Readonly<Record<string, string>>;
  /** Levels, tried in order. */
  readonly methods: readonly FenceMethod[];
  readonly release: {
    readonly deleteStuckPods: boolean;
    readonly outOfService: boolean;
    readonly deleteNodeAfter: Duration | 'never';
  };
  readonly return: {
    readonly powerOn: boolean;
    readonly probation: Duration;
    readonly restore: { readonly labels: readonly string[]; readonly taints: readonly string[] };
  };
  readonly guards: Guards;
  readonly history: { readonly perNode: number; readonly keep: Duration };
}

export interface Trigger {
  readonly condition: 'Ready';
  readonly status: 'Unknown' | 'False';
  readonly for: Duration;
}

export interface FenceMethod {
  readonly name: string;
  readonly script: string;
  /** `auto`: off where volumes are attached and the script can, else reboot. */
  readonly action: 'reboot' | 'off' | 'auto';
  /** Wall clock of one run of the script. */
  readonly timeout: Duration;
  readonly evidence: {
    /** How many separate `status` runs in a row must say off. */
    readonly statusReads: number;
    /** Over how long a time at least those reads are spread. */
    readonly statusOver: Duration;
    /** How long after the command any proof may take; then the next level. */
    readonly within: Duration;
  };
  /** Nodes for which exit code 0 is enough to force-delete (never out-of-service). `undefined`: none. */
  readonly acceptClaimed: LabelSelector | undefined;
  /** Parameter name → value, given as FENCE_PARAM_<NAME>. Secrets are file paths. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Guards {
  readonly maxConcurrent: number;
  /** A count of nodes, or a share of the selected ones. */
  readonly maxUnhealthy: { readonly kind: 'count'; readonly nodes: number } | { readonly kind: 'percent'; readonly percent: number };
  readonly startupGrace: Duration;
  readonly controlPlane: 'never' | 'one-at-a-time';
}

export interface RebalancingSettings {
  readonly schedule: string | undefined;
  readonly timeZone: string | undefined;
  readonly afterRecovery: boolean;
  /** Path of a descheduler/v1alpha2 policy. */
  readonly policyFile: string | undefined;
}

/** A parsed label selector; every requirement must hold. An empty list selects everything. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
}

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;
