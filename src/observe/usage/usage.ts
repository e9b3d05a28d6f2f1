import type { Api } from '../../kube/api.ts';
import type { AskPrometheus, PrometheusServer } from '../../kube/prometheus.ts';
import type { KubernetesUsage, MeasuredUsage, SourceProblem } from '../../model/rebalancing.ts';
import { type Clock, type Duration, elapsed, hours, seconds, type Tick } from '../../model/time.ts';
import { metricsServerProblem, readNodeUsage, readPodUsage } from './metrics-server.ts';
import { readSamples } from './prometheus.ts';
import { SmoothedUsage } from './smoothing.ts';

/** What a policy enables and one of its strategies reads. */
export interface UsageWanted {
  readonly kubernetes: boolean;
  readonly prometheus: (PrometheusServer & { readonly queries: readonly string[] }) | undefined;
}

export interface MeasuringParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly askPrometheus: AskPrometheus;
}

/** As often as metrics-server itself measures. */
const sampleEvery: Duration = seconds(15);
/** Nobody has asked for so long: the policy has changed, or its next pass is too far away for smoothing to matter. */
const idleAfter: Duration = hours(1);

/** Measured usage for one cycle after the other; it remembers the smoothed usage of nodes in between (docs/decisions/0008). */
export class Measuring {
  readonly #parts: MeasuringParts;
  readonly #nodes = new SmoothedUsage();
  #lastWanted: Tick | undefined;

  constructor(parts: MeasuringParts) {
    this.#parts = parts;
  }

  /** The figures of this moment. A source that fails says why in its place: it is one strategy's trouble, not the cycle's. */
  async read(wanted: UsageWanted, signal: AbortSignal): Promise<MeasuredUsage | undefined> {
    if (!wanted.kubernetes && wanted.prometheus === undefined) return undefined;
    return {
      ...(wanted.kubernetes ? { kubernetes: await this.#readKubernetes(signal) } : {}),
      ...(wanted.prometheus === undefined ? {} : { prometheus: await this.#readPrometheus(wanted.prometheus, signal) }),
    };
  }

  /** Takes samples between the cycles, so that a short peak at the moment of one decides nothing. Ends when `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!signal.aborted) {
      await clock.sleep(sampleEvery, signal);
      if (signal.aborted || this.#lastWanted === undefined || elapsed(this.#lastWanted, clock.now().tick) > idleAfter) continue;
      // The next cycle says what is wrong, if it still is.
      await this.#sample(signal).catch(() => undefined);
    }
  }

  async #readKubernetes(signal: AbortSignal): Promise<KubernetesUsage | SourceProblem> {
    const { api, clock } = this.#parts;
    this.#lastWanted = clock.now().tick;
    try {
      await this.#sample(signal);
      const pods = await readPodUsage(api, signal);
      return { nodes: this.#nodes.at(clock.now().tick), pods };
    } catch (error) {
      return { problem: metricsServerProblem(error) };
    }
  }

  async #sample(signal: AbortSignal): Promise<void> {
    const { api, clock } = this.#parts;
    const samples = await readNodeUsage(api, signal);
    this.#nodes.take(samples, clock.now().tick);
  }

  async #readPrometheus({ queries, ...server }: NonNullable<UsageWanted['prometheus']>, signal: AbortSignal): Promise<NonNullable<MeasuredUsage['prometheus']>> {
    const answers = new Map<string, ReadonlyMap<string, number> | SourceProblem>();
    for (const query of new Set(queries)) {
      const answer = await this.#parts.askPrometheus(server, query, signal);
      answers.set(query, 'problem' in answer ? answer : readSamples(answer.data));
    }
    return answers;
  }
}
