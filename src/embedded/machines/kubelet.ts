import type { Api } from '../../kube/api.ts';
import type { Clock, Duration } from '../../model/time.ts';
import { type Door, doorOf } from './door.ts';
import { renewLease } from './kubelet-lease.ts';
import { register } from './kubelet-registration.ts';
import { lookAfterPods } from './kubelet-sync.ts';
import type { Machine } from './machine.ts';
import type { NodeDescription } from './node-status.ts';
import { type Complain, attempt, repeat } from './repeat.ts';

export interface KubeletSettings extends NodeDescription {
  /** How often the Lease in kube-node-lease is renewed (Kubernetes: 10 s). */
  readonly leaseInterval: Duration;
  /** How soon what could not be done yet is tried again: a volume that is not attached, a call that was refused. */
  readonly syncInterval: Duration;
  /** How often the Node is read when nothing changed. */
  readonly statusInterval: Duration;
}

export interface KubeletParts {
  /** As `system:node:<name>` in the group system:nodes. */
  readonly api: Api;
  /** The node's own clock; it may be off. */
  readonly clock: Clock;
  readonly settings: KubeletSettings;
  readonly complain: Complain;
}

/** What one run of a kubelet works with. The machine is all that survives it. */
export interface Kubelet extends KubeletParts {
  readonly machine: Machine;
  readonly door: Door;
  readonly signal: AbortSignal;
}

/**
 * One run of the kubelet: registers its Node when there is none (later on it does not: a running kubelet whose Node was
 * deleted stays without one), then renews its Lease and looks after its pods until the signal aborts.
 */
export async function runKubelet(machine: Machine, parts: KubeletParts, signal: AbortSignal): Promise<void> {
  const kubelet: Kubelet = { ...parts, machine, signal, door: doorOf(parts.api, signal, () => machine.networkCut) };
  while (!signal.aborted && !(await attempt(`${machine.name} registers`, parts.complain, signal, () => register(kubelet)))) {
    await parts.clock.sleep(parts.settings.syncInterval, signal);
  }
  await Promise.all([
    repeat(`${machine.name} renews its Lease`, { clock: parts.clock, period: parts.settings.leaseInterval, signal, complain: parts.complain }, () => renewLease(kubelet)),
    lookAfterPods(kubelet),
  ]);
}
