import type { Machines } from '../../../src/embedded/machines/cluster.ts';
import type { Api } from '../../../src/kube/api.ts';
import type { Clock, Duration } from '../../../src/model/time.ts';

/** What a cluster is made with for a situation; times that Kubernetes has no flag for are its own. */
export interface GroundWishes {
  /** Names of the machines, which are those of their nodes. */
  readonly nodes: readonly string[];
  /** How long a node may be silent before it is NotReady, and how often that is looked at. */
  readonly gracePeriod: Duration;
  readonly monitorPeriod: Duration;
  /** How many block volumes there are. */
  readonly volumes: number;
}

/** A whole cluster that a situation is played on: a real control plane, or the embedded one in virtual time. */
export interface Ground {
  readonly name: string;
  /** As the administrator. */
  readonly api: Api;
  readonly machines: Machines;
  readonly clock: Clock;
  /** Lets time pass, really or not. */
  sleep(time: Duration): Promise<void>;
  stop(): Promise<void>;
}

export type StartGround = (wishes: GroundWishes) => Promise<Ground>;
