import type { World } from './process/world.ts';
import type { Happening } from './records/record.ts';
import { workers } from './story/scene.ts';

/** Where others reach the cluster, as a record. */
export const serving = ({ kubeconfig, server, device }: World): Happening => ({ type: 'serving', kubeconfig, server, device });

/** The same for a person, with what to try. */
export const servingText = ({ kubeconfig, device }: World): string => `
The cluster stays up until Ctrl-C, and evenkeel works on it. In another terminal:

  export KUBECONFIG=${kubeconfig}
  kubectl get nodes,nodefences
  kubectl get pods -A -o wide --watch
  kubectl describe node ${workers[0]}
  npx evenkeel status
  curl -X POST ${device}/${workers[0]}/off        # take a machine's power away: evenkeel brings everything back

`;
