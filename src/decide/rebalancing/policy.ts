import type { LabelSelector } from '../../model/configuration.ts';
import type { EvictorSettings } from './evictor.ts';
import type { Needs, Proposals, Strategy, StrategyView } from './strategy.ts';

/** A `descheduler/v1alpha2` policy in final form: checked, defaults applied, strategies bound to their arguments. */
export interface RebalancePolicy {
  /** Which nodes every strategy works on. */
  readonly nodeSelector: LabelSelector;
  /** Per cycle, across profiles and strategies. `undefined` is no limit, 0 is "evict nothing". */
  readonly limits: { readonly perNode: number | undefined; readonly perNamespace: number | undefined; readonly total: number | undefined };
  /** `undefined` leaves each pod its own. */
  readonly gracePeriodSeconds: number | undefined;
  readonly evictionFailureEventNotification: boolean;
  /** Where measured usage may be had; strategies choose among what is enabled here. */
  readonly metrics: MetricsSources;
  readonly profiles: readonly Profile[];
}

export interface MetricsSources {
  /** metrics-server, by `metricsProviders` or the older `metricsCollector`. */
  readonly kubernetes: boolean;
  readonly prometheus: { readonly url: string; readonly tokenSecret: { readonly namespace: string; readonly name: string } | undefined } | undefined;
}

export interface Profile {
  readonly name: string;
  readonly evictor: EvictorSettings;
  readonly deschedule: readonly StrategyInUse[];
  readonly balance: readonly StrategyInUse[];
}

/** A strategy with its arguments. */
export interface StrategyInUse {
  readonly name: string;
  readonly needs: Needs;
  propose(view: StrategyView): Proposals;
}

export const use = <Args>(strategy: Strategy<Args>, args: Args): StrategyInUse => ({ name: strategy.name, needs: strategy.needs?.(args) ?? {}, propose: (view) => strategy.propose(view, args) });
