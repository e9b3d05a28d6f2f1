import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Every metric of the controller. Labels come from closed lists only; `node` only for selected nodes, and goes with them. */
export interface Metrics {
  readonly registry: Registry;
  readonly fences: Counter<'method' | 'outcome'>;
  readonly fencePhase: Gauge<'node' | 'phase'>;
  readonly fenceHeld: Gauge<'node' | 'reason'>;
  readonly stepSeconds: Histogram<'step'>;
  readonly podsReleased: Counter<'owner_kind'>;
  readonly outOfServiceOnReadyNode: Gauge;
  readonly evictions: Counter<'strategy' | 'profile' | 'outcome'>;
  readonly rebalanceSeconds: Histogram<'trigger'>;
  readonly rebalanceSkipped: Counter<'trigger' | 'cause'>;
  readonly imbalance: Gauge<'resource'>;
  readonly policyValid: Gauge;
  readonly events: Counter<'reason'>;
  readonly eventsDropped: Counter;
  readonly configValid: Gauge;
  readonly leader: Gauge;
  readonly paused: Gauge;
  readonly passFailures: Counter;
  readonly reflectorObjects: Gauge<'kind'>;
  readonly reflectorAge: Gauge<'kind'>;
  readonly reflectorRelists: Gauge<'kind'>;
}

/** Adds those of the process itself: memory, CPU, event loop. They observe it from then on, so once per process is enough. */
export function collectProcessMetrics({ registry }: Metrics): void {
  collectDefaultMetrics({ register: registry });
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    fences: new Counter({ name: 'evenkeel_fences_total', help: 'Fences that ended, by method and outcome.', labelNames: ['method', 'outcome'], registers }),
    fencePhase: new Gauge({ name: 'evenkeel_fence_phase', help: '1 for the phase that the open fence of a node is in.', labelNames: ['node', 'phase'], registers }),
    fenceHeld: new Gauge({ name: 'evenkeel_fence_held', help: '1 while a node past its threshold is not fenced, by the guard that holds it.', labelNames: ['node', 'reason'], registers }),
    stepSeconds: new Histogram({
      name: 'evenkeel_fence_step_seconds',
      help: 'Seconds from the step before to this step of a fence.',
      labelNames: ['step'],
      buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
      registers,
    }),
    podsReleased: new Counter({ name: 'evenkeel_pods_released_total', help: 'Pods force-deleted from machines proved off.', labelNames: ['owner_kind'], registers }),
    outOfServiceOnReadyNode: new Gauge({ name: 'evenkeel_out_of_service_on_ready_node', help: 'Ready nodes that carry our out-of-service taint. Must be 0.', registers }),
    evictions: new Counter({ name: 'evenkeel_evictions_total', help: 'Evictions of rebalancing.', labelNames: ['strategy', 'profile', 'outcome'], registers }),
    rebalanceSeconds: new Histogram({
      name: 'evenkeel_rebalance_cycle_seconds',
      help: 'Seconds that a rebalance pass of the controller took, by what started it.',
      labelNames: ['trigger'],
      buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
      registers,
    }),
    rebalanceSkipped: new Counter({ name: 'evenkeel_rebalance_skipped_total', help: 'Slots of the schedule, and returns of nodes, that were not followed by a whole rebalance pass.', labelNames: ['trigger', 'cause'], registers }),
    imbalance: new Gauge({ name: 'evenkeel_imbalance', help: 'Standard deviation over the nodes that take pods: of their number of pods, and of the CPU cores requested.', labelNames: ['resource'], registers }),
    policyValid: new Gauge({ name: 'evenkeel_policy_valid', help: '1 after rebalancing.policyFile was read without complaint, 0 while it is refused.', registers }),
    events: new Counter({ name: 'evenkeel_events_total', help: 'Records of changes, by reason.', labelNames: ['reason'], registers }),
    eventsDropped: new Counter({ name: 'evenkeel_events_dropped_total', help: 'Kubernetes Events that could not be written.', registers }),
    configValid: new Gauge({ name: 'evenkeel_config_valid', help: '1 while the configuration file is the one in force.', registers }),
    paused: new Gauge({ name: 'evenkeel_paused', help: '1 while a person has paused evenkeel.', registers }),
    leader: new Gauge({ name: 'evenkeel_leader', help: '1 while this replica leads.', registers }),
    passFailures: new Counter({ name: 'evenkeel_action_failures_total', help: 'Actions that failed and are decided anew in the next pass.', registers }),
    reflectorObjects: new Gauge({ name: 'evenkeel_reflector_objects', help: 'Objects kept, by kind.', labelNames: ['kind'], registers }),
    reflectorAge: new Gauge({ name: 'evenkeel_reflector_age_seconds', help: 'Seconds since the API server last said anything about a kind.', labelNames: ['kind'], registers }),
    reflectorRelists: new Gauge({ name: 'evenkeel_reflector_relists_total', help: 'Lists from scratch, by kind.', labelNames: ['kind'], registers }),
  };
}
