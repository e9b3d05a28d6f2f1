import type { Api } from '../kube/api.ts';
import { NoKubeconfig } from '../kube/kubeconfig.ts';
import { oneLine } from '../kube/one-line.ts';
import type { Io } from './io.ts';

/** The door to the cluster that a command was told of, or why there is none and what to do. */
export function openApi(io: Pick<Io, 'connect'>, kubeconfig: string | undefined): { readonly api: Api } | { readonly problem: string } {
  try {
    return { api: io.connect(kubeconfig) };
  } catch (error) {
    if (error instanceof NoKubeconfig) return { problem: 'no kubeconfig was found: name one with --kubeconfig FILE, or in $KUBECONFIG' };
    return { problem: `there is no usable kubeconfig: ${oneLine(error instanceof Error ? error.message : String(error))}; name one with --kubeconfig` };
  }
}
