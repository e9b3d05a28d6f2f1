import type { ContainerRecord, ContainerStatus, OwnerReference, PodCondition, PodDetails, PodRecord, Toleration, VolumeRecord } from '../../model/cluster.ts';
import type { Labels } from '../../model/configuration.ts';
import { type Sharing, unshared } from '../sharing.ts';
import { type Fields, field, fields, flag, identify, list, optionalText, quantities, someOf, text, textMap, time, wholeNumber, within } from './fields.ts';

/** Prunes a Pod to what some decision reads; equal parts are shared. Throws only for a missing name, UID or version. */
export function parsePod(object: unknown, share: Sharing = unshared): PodRecord {
  const { namespace, name, uid, resourceVersion, metadata } = identify('Pod', object);
  const spec = within(fields(object), 'spec');
  const status = within(fields(object), 'status');
  return {
    namespace: share(namespace),
    name,
    uid,
    resourceVersion,
    labels: share(textMap(metadata, 'labels')),
    annotations: share(someOf(textMap(metadata, 'annotations'), isRead)),
    owners: share(ownersOf(metadata)),
    finalizers: share(list(metadata, 'finalizers').filter((each) => typeof each === 'string')),
    node: share(text(spec, 'nodeName')),
    phase: share(text(status, 'phase')),
    deletionTimestamp: time(metadata, 'deletionTimestamp'),
    createdAt: time(metadata, 'creationTimestamp'),
    startTime: time(status, 'startTime'),
    ready: isReady(status),
    priority: wholeNumber(spec, 'priority'),
    qosClass: share(optionalText(status, 'qosClass')),
    tolerations: share(list(spec, 'tolerations').map(toleration)),
    nodeSelector: optionalMap(spec, 'nodeSelector', share),
    affinity: share(field(spec, 'affinity') ?? undefined),
    topologySpreadConstraints: share(list(spec, 'topologySpreadConstraints')),
    ...containersOf(spec, status, share),
    podRequests: optionalMap(within(spec, 'resources'), 'requests', share),
    overhead: optionalMap(spec, 'overhead', share),
    volumes: share(list(spec, 'volumes').map(volume)),
    hasResourceClaims: list(spec, 'resourceClaims').length > 0,
  };
}

/** The same with `details`, for the lists of rebalancing; the controller's own copy does without them. */
export function parsePodWithDetails(object: unknown, share: Sharing = unshared): PodRecord {
  const status = within(fields(object), 'status');
  const details: PodDetails = {
    reason: text(status, 'reason'),
    conditions: list(status, 'conditions').map(condition),
    containers: share(list(status, 'containerStatuses').map(containerStatus)),
    initContainers: share(list(status, 'initContainerStatuses').map(containerStatus)),
    ephemeralContainers: share(list(status, 'ephemeralContainerStatuses').map(containerStatus)),
  };
  return { ...parsePod(object, share), details };
}

function condition(value: unknown): PodCondition {
  const from = fields(value);
  return { type: text(from, 'type'), status: text(from, 'status'), reason: text(from, 'reason'), lastTransition: time(from, 'lastTransitionTime') };
}

function containerStatus(value: unknown): ContainerStatus {
  const from = fields(value);
  const state = within(from, 'state');
  const isIn = (name: string): boolean => typeof field(state, name) === 'object' && field(state, name) !== null;
  const ended = within(state, 'terminated');
  return {
    restarts: wholeNumber(from, 'restartCount') ?? 0,
    waiting: isIn('waiting') ? text(within(state, 'waiting'), 'reason') : undefined,
    terminated: isIn('terminated') ? { reason: text(ended, 'reason'), exitCode: wholeNumber(ended, 'exitCode') ?? 0 } : undefined,
  };
}

/** Annotations are free text of up to 256 KiB: only those that a decision reads are kept. */
const isRead = (key: string): boolean => key.startsWith('kubernetes.io/config.') || key.startsWith('descheduler.alpha.kubernetes.io/');

const optionalMap = (object: Fields, name: string, share: Sharing): Labels | undefined => {
  const value = field(object, name);
  return value === undefined || value === null ? undefined : share(textMap(object, name));
};

function ownersOf(metadata: Fields): readonly OwnerReference[] {
  return list(metadata, 'ownerReferences').map((each) => {
    const owner = fields(each);
    return { apiVersion: text(owner, 'apiVersion'), kind: text(owner, 'kind'), name: text(owner, 'name'), uid: text(owner, 'uid'), controller: flag(owner, 'controller') };
  });
}

/** Ready only when there is exactly one such condition and it says True. */
function isReady(status: Fields): boolean {
  const found = list(status, 'conditions').map(fields).filter((condition) => text(condition, 'type') === 'Ready');
  return found.length === 1 && found[0] !== undefined && text(found[0], 'status') === 'True';
}

function toleration(value: unknown): Toleration {
  const from = fields(value);
  const tolerationSeconds = wholeNumber(from, 'tolerationSeconds');
  const words = ['key', 'operator', 'value', 'effect'].flatMap((name) => {
    const word = optionalText(from, name);
    return word === undefined ? [] : [[name, word] as const];
  });
  return { ...Object.fromEntries(words), ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) };
}

function containersOf(spec: Fields, status: Fields, share: Sharing): Pick<PodRecord, 'containers' | 'initContainers'> {
  return {
    containers: share(containers(spec, 'containers', list(status, 'containerStatuses'), share)),
    initContainers: share(containers(spec, 'initContainers', list(status, 'initContainerStatuses'), share)),
  };
}

function containers(spec: Fields, name: string, statuses: readonly unknown[], share: Sharing): readonly ContainerRecord[] {
  const restarts = new Map(statuses.map(fields).map((each) => [text(each, 'name'), wholeNumber(each, 'restartCount') ?? 0]));
  return list(spec, name).map((each) => {
    const container = fields(each);
    const resources = within(container, 'resources');
    return {
      image: share(text(container, 'image')),
      requests: share(quantities(resources, 'requests')),
      limits: share(quantities(resources, 'limits')),
      restartable: text(container, 'restartPolicy') === 'Always',
      restarts: restarts.get(text(container, 'name')) ?? 0,
    };
  });
}

function volume(value: unknown): VolumeRecord {
  const from = fields(value);
  const claim = text(within(from, 'persistentVolumeClaim'), 'claimName');
  if (claim !== '') return { kind: 'claim', claim };
  if (field(from, 'hostPath') !== undefined) return { kind: 'hostPath' };
  return { kind: field(from, 'emptyDir') === undefined ? 'other' : 'emptyDir' };
}
