import { resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { between } from '../../../model/time.ts';
import { equal } from '../../api-server/json.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { type RecordEvent, eventRecorder } from '../events.ts';
import { follow } from '../follow.ts';
import { type PodObject, keyOf, nameOfKey } from '../node-and-pod.ts';
import type { Timings } from '../timings.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import { expectationOf } from './expected.ts';
import { Members } from './members.ts';
import type { BudgetObject, BudgetStatus } from './objects.ts';
import { clearStaleTarget, staleIn } from './stale-target.ts';
import { disruptedOf, failedStatus, statusFor } from './status.ts';

/** Says in the status of each disruption budget how many of its pods may be evicted, and takes back a DisruptionTarget that nothing came of. */
export const disruption = (timings: Timings): RunController => async (parts, signal) => {
  const controller = new Disruption(parts, timings);
  controller.follow(signal);
  await controller.queue.run(signal);
};

class Disruption {
  readonly queue: WorkQueue;
  readonly #parts: ControllerParts;
  readonly #timings: Timings;
  readonly #record: RecordEvent;
  readonly #members: Members;

  constructor(parts: ControllerParts, timings: Timings) {
    this.#parts = parts;
    this.#timings = timings;
    this.#record = eventRecorder('controllermanager', parts);
    this.#members = new Members(parts.store);
    this.queue = workQueue('disruption', parts, (key) => this.#turn(key));
  }

  follow(signal: AbortSignal): void {
    const { store } = this.#parts;
    follow<BudgetObject>(store, resources.poddisruptionbudgets, signal, (change) => {
      this.#members.heardBudget(change);
      this.queue.add(`budget ${keyOf(change.object)}`);
    });
    follow<PodObject>(store, resources.pods, signal, (change) => {
      for (const budget of this.#members.heardPod(change)) this.queue.add(`budget ${budget}`);
      const wait = change.type === 'DELETED' ? undefined : staleIn(change.object, this.#parts.clock.now().wall, this.#timings);
      if (wait !== undefined) this.queue.after(`pod ${keyOf(change.object)}`, wait);
    });
  }

  #turn(key: string): void {
    const [kind = '', name = ''] = key.split(' ');
    if (kind === 'budget') this.#count(name);
    else this.#lookAtTarget(name);
  }

  #count(key: string): void {
    const { store, clock } = this.#parts;
    const budget = store.get<BudgetObject>(resources.poddisruptionbudgets, nameOfKey(key));
    if (budget === undefined) return;
    const pods = this.#members.podsOf(key);
    const at = rfc3339(clock.now().wall);
    const expectation = expectationOf(store, budget, pods);
    if (pods.length === 0) this.#record(budget, 'Normal', 'NoPods', 'No matching pods found');
    if ('problem' in expectation) {
      this.#record(budget, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${expectation.problem}`);
      this.#write(budget, failedStatus(budget, expectation.problem, at));
      return;
    }
    if (expectation.unmanaged) this.#record(budget, 'Warning', 'UnmanagedPods', unmanaged(budget));
    const now = clock.now().wall;
    const disrupted = disruptedOf(budget, pods, { now, timings: this.#timings });
    for (const pod of disrupted.notDeleted) this.#record(pod, 'Warning', 'NotDeleted', `Pod was expected by PDB ${budget.metadata.namespace ?? ''}/${budget.metadata.namespace ?? ''} to be deleted but it wasn't`);
    this.#write(budget, statusFor(budget, pods, { ...expectation, disrupted: disrupted.pods }, at));
    if (disrupted.until !== undefined) this.queue.after(`budget ${key}`, between(now, disrupted.until));
  }

  #write(budget: BudgetObject, status: BudgetStatus): void {
    if (equal(budget.status, status)) return;
    this.#parts.store.updateStatus(resources.poddisruptionbudgets, { ...budget, status });
  }

  #lookAtTarget(key: string): void {
    const { store, clock } = this.#parts;
    const pod = store.get<PodObject>(resources.pods, nameOfKey(key));
    const wait = pod === undefined ? undefined : staleIn(pod, clock.now().wall, this.#timings);
    if (pod === undefined || wait === undefined) return;
    if (wait > 0) this.queue.after(`pod ${key}`, wait);
    else store.updateStatus(resources.pods, clearStaleTarget(pod, rfc3339(clock.now().wall)));
  }
}

const unmanaged = ({ spec }: BudgetObject): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${JSON.stringify(spec?.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
