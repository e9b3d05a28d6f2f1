import { holdLabel } from '../../model/nodefence.ts';
import type { Guard } from '../fencing/guards.ts';

export interface Meaning {
  readonly waitsFor: string;
  readonly change: (node: string) => readonly string[];
}

const nothing = (): readonly string[] => [];

/** For each guard: what has to happen for it to let go, and what a person can do. Forgetting one does not compile. */
export const guardMeanings: Readonly<Record<Guard, Meaning>> = {
  Paused: { waitsFor: 'the end of the pause', change: () => ['evenkeel resume'] },
  KubeletAlive: { waitsFor: 'Ready to become Unknown, or True', change: (node) => [`look at the kubelet of ${node}: it runs and says that it is not well`, `evenkeel fence ${node} --reason TEXT   once it is silent for good`] },
  LeaseNotStillLongEnough: { waitsFor: 'the Lease of the node to stand still for the whole threshold, or to move again', change: nothing },
  StartupGrace: { waitsFor: 'the end of guards.startupGrace of the replica that leads', change: nothing },
  Blind: { waitsFor: 'the Lease of any node to move', change: () => ['look at the API server and at the network of the controller: it sees no node live'] },
  TooManyUnhealthy: { waitsFor: 'fewer nodes to be down than guards.maxUnhealthy allows', change: () => ['look for what the nodes that are down have in common: a switch, a rack, the API server', 'raise guards.maxUnhealthy, if you know better'] },
  Settling: { waitsFor: 'one more threshold to pass after an outage of many nodes', change: nothing },
  MaxConcurrent: { waitsFor: 'one of the fences under way to end', change: () => ['kubectl get nodefences   shows them'] },
  HoldLabel: { waitsFor: `the label ${holdLabel} to be taken away`, change: (node) => [`kubectl label node ${node} ${holdLabel}-`] },
  ForeignOutOfService: { waitsFor: 'whoever put the out-of-service taint on the node to take it off', change: (node) => [`kubectl taint node ${node} node.kubernetes.io/out-of-service-   if it is yours`] },
  NotSelected: { waitsFor: 'fencing.nodeSelector to select the node', change: (node) => [`kubectl label node ${node} fencing=enabled`, `evenkeel fence ${node} --reason TEXT   needs no label`] },
  OwnNode: { waitsFor: 'another replica to lead', change: () => ['kubectl -n evenkeel-system delete pod NAME   of the replica that leads'] },
  ControlPlane: { waitsFor: 'nothing: guards.controlPlane is never', change: (node) => ['guards.controlPlane: one-at-a-time in the configuration', `switch the machine of ${node} off by hand`] },
  NoMethod: { waitsFor: 'a script that may be used', change: () => ['evenkeel check --config FILE   says what is wrong with the scripts'] },
  AmbiguousMachine: { waitsFor: 'fencing.inventory to name one machine for one node', change: () => ['correct fencing.inventory in the configuration'] },
  ObserveOnly: { waitsFor: 'mode: enforce', change: () => ['mode: enforce in the configuration, once you trust what you see'] },
};

export const guardMeaning = (reason: string): Meaning | undefined => (Object.hasOwn(guardMeanings, reason) ? guardMeanings[reason as Guard] : undefined);
