import type { Api } from '../kube/api.ts';
import { connect } from '../kube/connect.ts';

/** The door to the cluster that a command was told of, or why there is none and what to do. */
export function openApi(kubeconfig: string | undefined): { readonly api: Api } | { readonly problem: string } {
  try {
    return { api: connect(kubeconfig === undefined ? {} : { kubeconfig }) };
  } catch (error) {
    return { problem: `there is no usable kubeconfig: ${error instanceof Error ? error.message : String(error)}; name one with --kubeconfig` };
  }
}
