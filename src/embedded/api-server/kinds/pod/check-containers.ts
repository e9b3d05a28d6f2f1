import { type Fields, fields, list, text, textMap, wholeNumber, within } from '../../../../kube/records/fields.ts';
import { parseQuantity } from '../../../../model/quantity.ts';
import type { Cause } from '../../refusal.ts';
import { duplicate, invalid, notFound, notSupported, required } from '../causes.ts';
import { checkAmount } from '../numbers.ts';
import { wrongKey, wrongLabel, wrongRange } from '../syntax.ts';

/** Containers and init containers of a pod; their names are unique together. */
export function checkContainers(spec: Fields, volumes: ReadonlySet<string>, path: string): Cause[] {
  const names = list(spec, 'containers').map(nameOf);
  const initNames = list(spec, 'initContainers').map(nameOf);
  const again = (all: readonly string[], index: number, at: string): Cause[] => (all.indexOf(all[index] ?? '') < index ? [duplicate(`${at}.name`, all[index])] : []);
  return [
    ...(names.length === 0 ? [required(`${path}.containers`)] : []),
    ...names.flatMap((_, index) => [...checkContainer(fields(list(spec, 'containers')[index]), volumes, `${path}.containers[${index}]`), ...again(names, index, `${path}.containers[${index}]`)]),
    ...checkHostPorts(list(spec, 'containers'), `${path}.containers`),
    ...initNames.flatMap((_, index) => [
      ...checkContainer(fields(list(spec, 'initContainers')[index]), volumes, `${path}.initContainers[${index}]`),
      ...again([...names, ...initNames], names.length + index, `${path}.initContainers[${index}]`),
    ]),
  ];
}

const nameOf = (container: unknown): string => text(fields(container), 'name');

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];

function checkContainer(container: Fields, volumes: ReadonlySet<string>, path: string): Cause[] {
  const [name, pull, message] = [text(container, 'name'), text(container, 'imagePullPolicy'), text(container, 'terminationMessagePolicy')];
  return [
    ...(name === '' ? [required(`${path}.name`)] : wrongLabel(name).map((problem) => invalid(`${path}.name`, name, problem))),
    ...(text(container, 'image') === '' ? [required(`${path}.image`)] : []),
    ...(messagePolicies.includes(message) ? [] : [notSupported(`${path}.terminationMessagePolicy`, message, messagePolicies)]),
    ...checkPorts(list(container, 'ports'), `${path}.ports`),
    ...list(container, 'env').flatMap((each, index) => (text(fields(each), 'name') === '' ? [required(`${path}.env[${index}].name`)] : [])),
    ...checkMounts(list(container, 'volumeMounts'), volumes, `${path}.volumeMounts`),
    ...(pullPolicies.includes(pull) ? [] : [notSupported(`${path}.imagePullPolicy`, pull, pullPolicies)]),
    ...checkResources(within(container, 'resources'), `${path}.resources`),
  ];
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function checkPorts(ports: readonly unknown[], path: string): Cause[] {
  const names = ports.map(nameOf);
  return ports.map(fields).flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const [number, host, protocol] = [wholeNumber(port, 'containerPort') ?? 0, wholeNumber(port, 'hostPort') ?? 0, text(port, 'protocol')];
    return [
      ...(names[index] !== '' && names.indexOf(names[index] ?? '') < index ? [duplicate(`${at}.name`, names[index])] : []),
      ...(number === 0 ? [required(`${at}.containerPort`)] : wrongRange(number, 1, 65_535).map((problem) => invalid(`${at}.containerPort`, number, problem))),
      ...(host === 0 ? [] : wrongRange(host, 1, 65_535).map((problem) => invalid(`${at}.hostPort`, host, problem))),
      ...(protocols.includes(protocol) ? [] : [notSupported(`${at}.protocol`, protocol, protocols)]),
    ];
  });
}

function checkHostPorts(containers: readonly unknown[], path: string): Cause[] {
  const seen = new Set<string>();
  return containers.flatMap((container, index) => list(fields(container), 'ports').map(fields).flatMap((port, number) => {
    const host = wholeNumber(port, 'hostPort') ?? 0;
    const key = `${text(port, 'protocol')}/${text(port, 'hostIP')}/${host}`;
    const again = host !== 0 && seen.has(key);
    seen.add(key);
    return again ? [duplicate(`${path}[${index}].ports[${number}].hostPort`, key)] : [];
  }));
}

function checkMounts(mounts: readonly unknown[], volumes: ReadonlySet<string>, path: string): Cause[] {
  const places = mounts.map((each) => text(fields(each), 'mountPath'));
  return mounts.flatMap((each, index) => {
    const [name, place, at] = [nameOf(each), places[index] ?? '', `${path}[${index}]`];
    return [
      ...(name === '' ? [required(`${at}.name`)] : []),
      ...(volumes.has(name) ? [] : [notFound(`${at}.name`, name)]),
      ...(place === '' ? [required(`${at}.mountPath`)] : []),
      ...(places.indexOf(place) < index ? [invalid(`${at}.mountPath`, place, 'must be unique')] : []),
    ];
  });
}

const standard = ['cpu', 'memory', 'ephemeral-storage'];

/** Requests and limits: known resources, amounts that can be, and no request beyond its limit. */
function checkResources(resources: Fields, path: string): Cause[] {
  const limits = textMap(resources, 'limits');
  const checkAll = (kind: 'limits' | 'requests'): Cause[] => Object.entries(textMap(resources, kind)).flatMap(([name, quantity]) => [
    ...checkResourceName(name, `${path}.${kind}[${name}]`),
    ...checkAmount(name, quantity, `${path}.${kind}[${name}]`),
    ...(kind === 'requests' ? checkLimit(name, quantity, limits[name], path) : []),
  ]);
  return [...checkAll('limits'), ...checkAll('requests')];
}

function checkResourceName(name: string, path: string): Cause[] {
  const wrong = wrongKey(name).map((problem) => invalid(path, name, problem));
  if (wrong.length > 0 || name.includes('/') || standard.includes(name) || name.startsWith('hugepages-')) return wrong;
  return [invalid(path, name, 'must be a standard resource type or fully qualified'), invalid(path, name, 'must be a standard resource for containers')];
}

function checkLimit(name: string, quantity: string, limit: string | undefined, path: string): Cause[] {
  const shared = standard.includes(name);
  if (limit === undefined) return shared ? [] : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  const [asked, most] = [parseQuantity(quantity) ?? 0n, parseQuantity(limit) ?? 0n];
  if (!shared && asked !== most) return [invalid(`${path}.requests`, quantity, `must be equal to ${name} limit of ${limit}`)];
  return asked > most ? [invalid(`${path}.requests`, quantity, `must be less than or equal to ${name} limit of ${limit}`)] : [];
}

