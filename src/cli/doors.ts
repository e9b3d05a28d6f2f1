import type { DestinationStream } from 'pino';
import { type Execute, execute } from '../act/scripts/execute.ts';
import type { Api } from '../kube/api.ts';
import { connect } from '../kube/connect.ts';
import { type AskPrometheus, prometheusDoor } from '../kube/prometheus.ts';
import { type Serve, serveProbes } from '../run/http.ts';

/** Every way out of this process but its terminal. Together with clock, chance and environment that is all it knows of the world. */
export interface Doors {
  /** The cluster that a kubeconfig names; in-cluster, $KUBECONFIG or ~/.kube/config when it is absent. Throws when there is none. */
  connect(kubeconfig: string | undefined): Api;
  /** How fence scripts are run. */
  readonly execute: Execute;
  /** How metrics and probes are served. */
  readonly serve: Serve;
  /** How a policy's queries for usage figures are sent. */
  readonly askPrometheus: AskPrometheus;
  /** Where `run` writes its log; standard output when absent. */
  readonly logTo?: DestinationStream;
}

export const realDoors: Doors = {
  connect: (kubeconfig) => connect(kubeconfig === undefined ? {} : { kubeconfig }),
  execute,
  serve: serveProbes,
  askPrometheus: prometheusDoor(),
};
