import { Refusal } from '../../api-server/refusal.ts';
import { type ReplicaSet, sizeOf } from '../replicaset/objects.ts';
import { claimChildren } from '../workload/claim-children.ts';
import type { Condition, PodTemplate, Words } from '../workload/objects.ts';
import { controllerReference } from '../workload/owner.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import type { OwnerParts } from '../workload/run-owner.ts';
import { same } from '../workload/same.ts';
import { templateHash } from '../workload/template-hash.ts';
import { conditionOf, newCondition, withCondition } from './conditions.ts';
import { type Deployment, type Rollout, deadlineOf, isRecreate, slack, wantedOf } from './objects.ts';

export const hashLabel = 'pod-template-hash';
const revision = 'deployment.kubernetes.io/revision';
const history = 'deployment.kubernetes.io/revision-history';
export const desiredReplicas = 'deployment.kubernetes.io/desired-replicas';
export const maxReplicas = 'deployment.kubernetes.io/max-replicas';
const notCopied = new Set([revision, history, desiredReplicas, maxReplicas, 'kubectl.kubernetes.io/last-applied-configuration', 'deprecated.deployment.rollback.to']);

/** The Deployment and its ReplicaSets as they stand. */
export function readRollout(parts: OwnerParts, deployment: Deployment): Rollout {
  const { store, orphans } = parts;
  const all = [...claimChildren<ReplicaSet>(store, deployment, { resource: builtInResources.replicasets, selector: deployment.spec.selector, orphans })].sort(byAge);
  const current = all.find(({ spec }) => same(withoutHash(spec.template), withoutHash(deployment.spec.template)));
  return { parts, deployment, current, old: all.filter((set) => set !== current) };
}

const byAge = ({ metadata: left }: ReplicaSet, { metadata: right }: ReplicaSet): number =>
  left.creationTimestamp === right.creationTimestamp ? compare(left.name, right.name) : compare(left.creationTimestamp, right.creationTimestamp);
const compare = (left: string, right: string): number => (left < right ? -1 : 1);

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Gives the current ReplicaSet the newest revision, and the Deployment the same one. */
export function numberRevision(rollout: Rollout): Rollout {
  const { parts: { store }, deployment, current } = rollout;
  if (current === undefined) return rollout;
  const annotations = annotationsFor(rollout, current.metadata.annotations ?? {});
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (!same(annotations, current.metadata.annotations ?? {}) || minReadySeconds !== (current.spec.minReadySeconds ?? 0)) {
    const spec = { ...current.spec, ...(minReadySeconds === (current.spec.minReadySeconds ?? 0) ? {} : { minReadySeconds }) };
    return { ...rollout, current: store.update(builtInResources.replicasets, { ...current, spec, metadata: { ...current.metadata, annotations } }) as ReplicaSet };
  }
  return { ...rollout, deployment: markRevision(rollout, current, () => newCondition(rollout, 'Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${current.metadata.name}"`)) };
}

/** Creates the ReplicaSet of the template as it is now, as large as the strategy allows at once. */
export function createCurrent(rollout: Rollout): Rollout {
  const { parts: { store, record }, deployment } = rollout;
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount ?? 0);
  const name = `${deployment.metadata.name}-${hash}`;
  const size = firstSize(rollout);
  const current = createOrRenumber(rollout, () => store.create(builtInResources.replicasets, newReplicaSet(rollout, { name, hash, size })) as ReplicaSet);
  if (size > 0) record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`);
  const created = newCondition(rollout, 'Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${name}"`);
  return { ...rollout, current, deployment: markRevision(rollout, current, () => created, true) };
}

/** Another ReplicaSet of that name has another template: the next turn tries another hash. */
function createOrRenumber({ parts: { store }, deployment }: Rollout, create: () => ReplicaSet): ReplicaSet {
  try {
    return create();
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'AlreadyExists') {
      store.updateStatus(builtInResources.deployments, { ...deployment, status: { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 } });
    }
    throw error;
  }
}

function firstSize({ deployment, old }: Rollout): number {
  const wanted = wantedOf(deployment);
  if (isRecreate(deployment)) return wanted;
  const room = wanted + slack(deployment).surge - old.reduce((sum, set) => sum + sizeOf(set), 0);
  return Math.max(0, Math.min(room, wanted));
}

function newReplicaSet(rollout: Rollout, { name, hash, size }: { readonly name: string; readonly hash: string; readonly size: number }): object {
  const { metadata, spec } = rollout.deployment;
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  const counts = { [desiredReplicas]: String(wantedOf(rollout.deployment)), [maxReplicas]: String(wantedOf(rollout.deployment) + slack(rollout.deployment).surge) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: metadata.namespace, labels, annotations: { ...annotationsFor(rollout, {}), ...counts }, ownerReferences: [controllerReference(rollout.deployment)] },
    spec: {
      replicas: size,
      ...(spec.minReadySeconds === undefined || spec.minReadySeconds === 0 ? {} : { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}

/** The Deployment's own annotations, and the number of the revision: one more than that of any older ReplicaSet. */
function annotationsFor({ deployment, old }: Rollout, own: Words): Words {
  const copied = Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key)));
  const next = Math.max(0, ...old.map(revisionOf)) + 1;
  const before = Number(own[revision] ?? 0);
  if (before >= next) return { ...own, ...copied };
  const past = own[revision] === undefined ? {} : { [history]: [own[history], own[revision]].filter((each) => each !== undefined && each !== '').join(',') };
  return { ...own, ...copied, ...past, [revision]: String(next) };
}

export const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[revision] ?? 0) || 0;

/** The Deployment says the revision, too; and, where progress is watched, that a ReplicaSet for it is there. */
function markRevision(rollout: Rollout, current: ReplicaSet, found: () => Condition, fresh = false): Deployment {
  const { parts: { store }, deployment } = rollout;
  const annotations = { ...deployment.metadata.annotations, ...numberOf(current) };
  const status = watchesProgress(deployment, fresh) ? withCondition(deployment.status ?? {}, found()) : (deployment.status ?? {});
  if (same(annotations, deployment.metadata.annotations ?? {}) && same(status, deployment.status ?? {})) return deployment;
  return store.updateStatus(builtInResources.deployments, { ...deployment, metadata: { ...deployment.metadata, annotations }, status }) as Deployment;
}

function numberOf({ metadata }: ReplicaSet): Words {
  const number = metadata.annotations?.[revision];
  return number === undefined ? {} : { [revision]: number };
}

const watchesProgress = (deployment: Deployment, fresh: boolean): boolean => deadlineOf(deployment) !== undefined && (fresh || conditionOf(deployment.status, 'Progressing') === undefined);
