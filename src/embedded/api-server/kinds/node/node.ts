import { type Fields, fields, flag, list, text, textMap } from '../../../../kube/records/fields.ts';
import { resources } from '../../../../kube/paths.ts';
import { builtIn } from '../built-in.ts';
import { duplicate, forbidden, invalid } from '../causes.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { checkAmount } from '../numbers.ts';
import { same } from '../same.ts';
import { nodeColumns } from './columns.ts';
import { checkTaints } from './taints.ts';

export const nodes = builtIn({
  resource: resources.nodes,
  kind: 'Node',
  singular: 'node',
  shortNames: ['no'],
  subresources: ['status'],
  keepsFirstStatus: true,
  specDefaults: withCidrs,
  statusDefaults: withAllocatable,
  begin: (node) => ({ ...node, spec: notReadyYet(fields(node.spec)) }),
  check: (node, current) => [
    ...checkTaints(list(fields(node.spec), 'taints'), 'metadata.taints'),
    ...checkAmounts(fields(node.status)),
    ...checkFamilies(list(fields(node.spec), 'podCIDRs')),
    ...(current === undefined ? checkCidrs(node) : checkChange(node, current)),
  ],
  fields: ({ spec }) => ({ 'spec.unschedulable': String(flag(fields(spec), 'unschedulable')) }),
  columns: nodeColumns,
});

function withCidrs(spec: Fields): Fields {
  const [one, all] = [text(spec, 'podCIDR'), list(spec, 'podCIDRs')];
  if (one !== '' && all.length === 0) return { ...spec, podCIDRs: [one] };
  return one === '' && all.length > 0 ? { ...spec, podCIDR: all[0] } : spec;
}

function withAllocatable(status: Fields): Fields {
  return status['allocatable'] === undefined && status['capacity'] !== undefined ? { ...status, allocatable: status['capacity'] } : status;
}

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** What the admission plugin TaintNodesByCondition does: nothing is scheduled to a node before it was Ready once. */
function notReadyYet(spec: Fields): Fields {
  const taints = list(spec, 'taints');
  const there = taints.map(fields).some((taint) => text(taint, 'key') === notReady.key && text(taint, 'effect') === notReady.effect);
  return there ? spec : { ...spec, taints: [...taints, notReady] };
}

function checkAmounts(status: Fields): Cause[] {
  return ['capacity', 'allocatable'].flatMap((name) =>
    Object.entries(textMap(status, name)).flatMap(([resource, quantity]) => checkAmount(resource, quantity, `status.${name}.${resource}`)));
}

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}|[0-9a-fA-F:]+\/\d{1,3})$/u;

function checkCidrs({ spec }: KubeObject): Cause[] {
  return list(fields(spec), 'podCIDRs').flatMap((each, index) =>
    (address.test(String(each)) ? [] : [invalid(`spec.podCIDRs[${index}]`, each, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]));
}

/** One of each IP family. */
function checkFamilies(cidrs: readonly unknown[]): Cause[] {
  const families = cidrs.map((each) => String(each).includes(':'));
  return new Set(families).size === families.length ? [] : [invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family')];
}

function checkChange(node: KubeObject, current: KubeObject): Cause[] {
  const [spec, before] = [fields(node.spec), fields(current.spec)];
  const addresses = list(fields(node.status), 'addresses');
  const cidrs = list(before, 'podCIDRs');
  const provider = text(before, 'providerID');
  return [
    ...addresses.flatMap((each, index) => (addresses.findIndex((other) => same(each, other)) < index ? [duplicate(`status.addresses[${index}]`, each)] : [])),
    ...(cidrs.length > 0 && !same(cidrs, list(spec, 'podCIDRs')) ? [forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')] : []),
    ...(provider !== '' && provider !== text(spec, 'providerID') ? [forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid')] : []),
  ];
}
