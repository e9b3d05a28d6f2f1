import { type Fields, field, fields, list, text, textMap, wholeNumber } from '../../../kube/records/fields.ts';
import type { Column, KindContext } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import type { Cause } from '../refusal.ts';
import { builtIn } from './built-in.ts';
import { duplicate, immutable, invalid, notSupported, required } from './causes.ts';
import { formatLabels } from './label-selector.ts';
import { ageColumn, column, nameColumn, textAt, wide } from './printing/columns.ts';
import { builtInResources } from './resources.ts';
import { wrongRange } from './syntax.ts';

/** What a StatefulSet needs of a Service: nothing routes anything. Node ports and load balancers are not given out. */
export const services = builtIn({
  resource: builtInResources.services,
  kind: 'Service',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
  specDefaults,
  begin: (service, context) => ({ ...service, spec: withAddress(fields(service.spec), context), status: { loadBalancer: {} } }),
  change: (service, current) => ({ ...service, spec: { ...addressOf(fields(current.spec)), ...service.spec } }),
  check: (service, current) => [...checkSpec(service), ...(current === undefined ? [] : checkChange(service, current))],
  fields: ({ spec }) => ({ 'spec.clusterIP': text(fields(spec), 'clusterIP'), 'spec.type': text(fields(spec), 'type') }),
  columns: columns(),
});

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function specDefaults(spec: Fields): Fields {
  const type = text(spec, 'type') || 'ClusterIP';
  const ports = list(spec, 'ports').map(fields).map((port) => {
    const target = field(port, 'targetPort');
    return { ...port, protocol: text(port, 'protocol') || 'TCP', targetPort: target === undefined || target === 0 || target === '' ? field(port, 'port') : target };
  });
  return {
    sessionAffinity: 'None', ...(type === 'ExternalName' ? {} : { internalTrafficPolicy: 'Cluster' }),
    ...(['NodePort', 'LoadBalancer'].includes(type) ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...spec, type, ...(ports.length === 0 ? {} : { ports }),
  };
}

/** An address of the range that clusters have by default (`10.96.0.0/16`), unless the Service wants none or says which. */
function withAddress(spec: Fields, { random }: KindContext): Fields {
  if (text(spec, 'type') === 'ExternalName') return spec;
  const number = 1 + Math.floor(random() * 65_534);
  const clusterIP = text(spec, 'clusterIP') || `10.96.${number >> 8}.${number & 255}`;
  return { ...spec, clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
}

const addressFields = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

const addressOf = (spec: Fields): Fields => Object.fromEntries(addressFields.filter((name) => Object.hasOwn(spec, name)).map((name) => [name, spec[name]]));

function checkSpec({ spec: sent }: KubeObject): Cause[] {
  const spec = fields(sent);
  const [type, ports] = [text(spec, 'type'), list(spec, 'ports').map(fields)];
  const needsPorts = type !== 'ExternalName' && text(spec, 'clusterIP') !== 'None';
  return [
    ...(needsPorts && ports.length === 0 ? [required('spec.ports')] : []),
    ...ports.flatMap((port, index) => checkPort(port, ports, index)),
    ...(types.includes(type) ? [] : [notSupported('spec.type', type, types)]),
  ];
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function checkPort(port: Fields, all: readonly Fields[], index: number): Cause[] {
  const path = `spec.ports[${index}]`;
  const [name, number, protocol] = [text(port, 'name'), wholeNumber(port, 'port') ?? 0, text(port, 'protocol')];
  const target = field(port, 'targetPort');
  return [
    ...(all.length > 1 && name === '' ? [required(`${path}.name`)] : []),
    ...(name !== '' && all.findIndex((other) => text(other, 'name') === name) < index ? [duplicate(`${path}.name`, name)] : []),
    ...wrongRange(number, 1, 65_535).map((problem) => invalid(`${path}.port`, number, problem)),
    ...(protocols.includes(protocol) ? [] : [notSupported(`${path}.protocol`, protocol, protocols)]),
    ...(typeof target === 'number' ? wrongRange(target, 1, 65_535).map((problem) => invalid(`${path}.targetPort`, target, problem)) : []),
  ];
}

function checkChange({ spec }: KubeObject, current: KubeObject): Cause[] {
  const [address, before] = [text(fields(spec), 'clusterIP'), text(fields(current.spec), 'clusterIP')];
  return before === '' || address === before || text(fields(spec), 'type') === 'ExternalName' ? [] : [invalid('spec.clusterIPs[0]', list(fields(spec), 'clusterIPs'), 'may not change once set'), invalid('spec.clusterIP', address, immutable)].slice(0, 1);
}

function columns(): readonly Column[] {
  const ports = ({ spec }: KubeObject): string => list(fields(spec), 'ports').map(fields).map((port) => {
    const node = wholeNumber(port, 'nodePort') ?? 0;
    return `${wholeNumber(port, 'port') ?? 0}${node > 0 ? `:${node}` : ''}/${text(port, 'protocol')}`;
  }).join(',') || '<none>';
  return [
    nameColumn, column('Type', textAt(['spec', 'type'])), column('Cluster-IP', textAt(['spec', 'clusterIP'], '<none>')), column('External-IP', externalOf), column('Port(s)', ports), ageColumn,
    wide('Selector', ({ spec }) => formatLabels(textMap(fields(spec), 'selector'))),
  ];
}

function externalOf({ spec: sent }: KubeObject): string {
  const spec = fields(sent);
  if (text(spec, 'type') === 'ExternalName') return text(spec, 'externalName');
  return list(spec, 'externalIPs').join(',') || (text(spec, 'type') === 'LoadBalancer' ? '<pending>' : '<none>');
}
