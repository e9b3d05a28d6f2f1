import type { Api } from '../kube/api.ts';
import type { Io } from './io.ts';

/** The door to the cluster that a command was told of, or why there is none and what to do. */
export function openApi(io: Pick<Io, 'connect'>, kubeconfig: string | undefined): { readonly api: Api } | { readonly problem: string } {
  try {
    return { api: io.connect(kubeconfig) };
  } catch (error) {
    return { problem: `there is no usable kubeconfig: ${error instanceof Error ? error.message : String(error)}; name one with --kubeconfig` };
  }
}
