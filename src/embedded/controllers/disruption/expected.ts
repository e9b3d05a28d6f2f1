import { type Resource, resources } from '../../../kube/paths.ts';
import type { KubeObject, OwnerReference } from '../../api-server/object.ts';
import type { Store } from '../../api-server/server.ts';
import type { PodObject } from '../node-and-pod.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import type { BudgetObject, NumberOrPercent } from './objects.ts';

/** How many pods there should be, and how many of them healthy; or why that cannot be said. */
export type Expectation = { readonly expected: number; readonly healthy: number; readonly unmanaged: boolean } | { readonly problem: string };

/** A plain minAvailable counts the pods that are there; everything else asks their owners how many there should be. */
export function expectationOf(store: Store, { spec }: BudgetObject, pods: readonly PodObject[]): Expectation {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (maxUnavailable === undefined && typeof minAvailable === 'number') return { expected: pods.length, healthy: minAvailable, unmanaged: false };
  if (maxUnavailable === undefined && minAvailable === undefined) return { expected: 0, healthy: 0, unmanaged: false };
  const scale = scaleOf(store, pods);
  if ('problem' in scale) return scale;
  const { expected } = scale;
  const healthy = maxUnavailable === undefined ? share(minAvailable ?? 0, expected) : Math.max(0, expected - share(maxUnavailable, expected));
  return { expected, healthy, unmanaged: scale.unmanaged };
}

/** Percentages are rounded up. */
const share = (wanted: NumberOrPercent, total: number): number => (typeof wanted === 'number' ? wanted : Math.ceil((Number.parseInt(wanted, 10) * total) / 100));

/** The sum of the replicas that the owners of these pods want. Pods without an owner count for nothing. */
function scaleOf(store: Store, pods: readonly PodObject[]): { readonly expected: number; readonly unmanaged: boolean } | { readonly problem: string } {
  const scales = new Map<string, number>();
  const asked = new Set<string>();
  let unmanaged = false;
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined) unmanaged = true;
    if (owner === undefined || asked.has(owner.uid)) continue;
    asked.add(owner.uid);
    const found = findScale(store, owner, pod);
    if ('problem' in found) return found;
    scales.set(found.uid, found.replicas);
  }
  return { expected: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), unmanaged };
}

type Scale = { readonly uid: string; readonly replicas: number } | { readonly problem: string };

/** Kinds with replicas. Others have no scale: a budget over their pods with a percentage or maxUnavailable cannot be reckoned. */
const scaled: Readonly<Record<string, Resource>> = { ReplicaSet: builtInResources.replicasets, StatefulSet: builtInResources.statefulsets, Deployment: builtInResources.deployments };
const unscaled: Readonly<Record<string, Resource>> = { DaemonSet: builtInResources.daemonsets, Job: builtInResources.jobs, Node: resources.nodes };

function findScale(store: Store, owner: OwnerReference, { metadata: { namespace = '', name } }: PodObject): Scale {
  const resource = scaled[owner.kind];
  if (resource === undefined) return { problem: `${plural(owner)} does not implement the scale subresource` };
  const object = store.get<KubeObject>(resource, { namespace, name: owner.name });
  if (object?.metadata.uid !== owner.uid) return { problem: `found no controllers for pod "${name}"` };
  const counted = deploymentOf(store, object) ?? object;
  return { uid: counted.metadata.uid, replicas: Number(counted.spec?.['replicas'] ?? 1) };
}

/** Of a ReplicaSet that belongs to a Deployment, the Deployment's replicas count. */
function deploymentOf(store: Store, { metadata: { namespace = '', ownerReferences = [] } }: KubeObject): KubeObject | undefined {
  const above = ownerReferences.find(({ controller, kind }) => controller === true && kind === 'Deployment');
  const deployment = above === undefined ? undefined : store.get<KubeObject>(builtInResources.deployments, { namespace, name: above.name });
  return deployment?.metadata.uid === above?.uid ? deployment : undefined;
}

const plural = ({ kind, apiVersion }: OwnerReference): string => `${unscaled[kind]?.plural ?? `${kind.toLowerCase()}s`}.${apiVersion.split('/')[0] ?? ''}`;
