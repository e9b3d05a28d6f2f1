import { resources } from '../../../../kube/paths.ts';
import { type Fields, field, fields, flag, list, text, wholeNumber } from '../../../../kube/records/fields.ts';
import type { Kind } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { forbidden } from '../causes.ts';
import { admitChange, admitNew } from './admission.ts';
import { checkPodChange } from './check-change.ts';
import { checkPodSpec } from './check-spec.ts';
import { checkPodStatus } from './check-status.ts';
import { podColumns } from './columns.ts';
import { podDefaults } from './defaults.ts';
import { qualityOf } from './quality.ts';

/** `tolerationSeconds`: how long pods stay on a node that is not ready or unreachable, unless they say so themselves. */
export function podsWith(tolerationSeconds: number): Kind {
  return builtIn({
    resource: resources.pods,
    kind: 'Pod',
    singular: 'pod',
    shortNames: ['po'],
    categories: ['all'],
    subresources: ['status', 'eviction', 'binding'],
    hasGeneration: true,
    specDefaults: podDefaults,
    statusDefaults: withAddresses,
    begin: (pod, { now }) => ({ ...pod, status: { ...gated(fields(pod.spec), now), phase: 'Pending', qosClass: qualityOf(fields(pod.spec)) } }),
    change: (pod, current, part) => (part === 'status' ? withStatus(pod, current) : admitChange(pod, current, tolerationSeconds)),
    admit: (operation, pod, context) => (operation === 'create' ? admitNew(pod, context, tolerationSeconds) : pod),
    check,
    fields: selectable,
    gracePeriod,
    columns: podColumns,
  });
}

/** The first address also stands alone. */
function withAddresses(status: Fields): Fields {
  const pairs = [['podIP', 'podIPs'], ['hostIP', 'hostIPs']] as const;
  const missing = pairs.flatMap(([one, all]) => (one === 'podIP' && text(status, one) !== '' && list(status, all).length === 0 ? [[all, [{ ip: text(status, one) }]] as const] : []));
  const first = text(fields(list(status, 'podIPs')[0]), 'ip');
  return { ...status, ...Object.fromEntries(missing), ...(first === '' ? {} : { podIP: first }) };
}

function gated(spec: Fields, now: string): Fields {
  if (list(spec, 'schedulingGates').length === 0) return {};
  const condition = { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: now, reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' };
  return { conditions: [condition] };
}

/** Old kubelets lose the quality of service; owners cannot be changed on this way. */
function withStatus(pod: KubeObject, current: KubeObject): KubeObject {
  const { ownerReferences: _, ...metadata } = pod.metadata;
  const owners = current.metadata.ownerReferences;
  const qosClass = text(fields(pod.status), 'qosClass') || text(fields(current.status), 'qosClass');
  return { ...pod, metadata: owners === undefined ? metadata : { ...metadata, ownerReferences: owners }, status: { ...pod.status, ...(qosClass === '' ? {} : { qosClass }) } };
}

function check(pod: KubeObject, current: KubeObject | undefined): Cause[] {
  const spec = fields(pod.spec);
  if (current === undefined) return [...checkPodSpec(spec, 'spec'), ...checkNew(spec)];
  const [before, status, statusBefore] = [fields(current.spec), fields(pod.status), fields(current.status)];
  return [
    ...(spec === before ? [] : [...checkPodSpec(spec, 'spec'), ...checkPodChange(spec, before)]),
    ...(status === statusBefore ? [] : checkPodStatus(status, statusBefore, text(spec, 'restartPolicy'))),
  ];
}

function checkNew(spec: Fields): Cause[] {
  const gates = text(spec, 'nodeName') !== '' && list(spec, 'schedulingGates').length > 0;
  return [
    ...(list(spec, 'ephemeralContainers').length > 0 ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')] : []),
    ...(gates ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')] : []),
  ];
}

function selectable(pod: KubeObject): Readonly<Record<string, string>> {
  const [spec, status] = [fields(pod.spec), fields(pod.status)];
  return {
    'spec.nodeName': text(spec, 'nodeName'),
    'spec.restartPolicy': text(spec, 'restartPolicy'),
    'spec.schedulerName': text(spec, 'schedulerName'),
    'spec.serviceAccountName': text(spec, 'serviceAccountName'),
    'spec.hostNetwork': String(flag(spec, 'hostNetwork')),
    'status.phase': text(status, 'phase'),
    'status.podIP': text(fields(list(status, 'podIPs')[0]), 'ip'),
    'status.nominatedNodeName': text(status, 'nominatedNodeName'),
  };
}

/** Nothing runs of a pod that is not bound or is over: it goes at once. */
function gracePeriod(pod: KubeObject, asked: number | undefined): number {
  const spec = fields(pod.spec);
  const over = ['Succeeded', 'Failed'].includes(text(fields(pod.status), 'phase'));
  if (over || field(spec, 'nodeName') === undefined || text(spec, 'nodeName') === '') return 0;
  const wanted = asked ?? wholeNumber(spec, 'terminationGracePeriodSeconds') ?? 0;
  return wanted < 0 ? 1 : wanted;
}
