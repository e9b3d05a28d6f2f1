import { type Fields, field, fields, flag, list, text, within } from '../../../../kube/records/fields.ts';
import { containerDefaults } from './container-defaults.ts';

/** What Kubernetes fills in for the spec of a pod, or of a template for pods. */
export function podSpecDefaults(spec: Fields): Fields {
  const serviceAccount = text(spec, 'serviceAccountName') || text(spec, 'serviceAccount');
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    securityContext: {},
    ...spec,
    ...(serviceAccount === '' ? {} : { serviceAccountName: serviceAccount, serviceAccount }),
    ...eachOf(spec, 'containers', containerDefaults),
    ...eachOf(spec, 'initContainers', containerDefaults),
    ...eachOf(spec, 'volumes', volumeDefaults),
  };
}

/** What it fills in for pods only. */
export function podDefaults(spec: Fields): Fields {
  const made = podSpecDefaults(spec);
  const ports = flag(made, 'hostNetwork') ? hostPorts : same;
  return {
    enableServiceLinks: true,
    ...made,
    ...eachOf(made, 'containers', (container) => ports(withRequests(container))),
    ...eachOf(made, 'initContainers', (container) => ports(withRequests(container))),
  };
}

const same = (container: Fields): Fields => container;

export const eachOf = (object: Fields, name: string, change: (each: Fields) => Fields): Fields =>
  (field(object, name) === undefined || field(object, name) === null ? {} : { [name]: list(object, name).map((each) => change(fields(each))) });

/** Who limits a resource requests as much, unless he says otherwise. */
function withRequests(container: Fields): Fields {
  const resources = within(container, 'resources');
  if (field(resources, 'limits') === undefined) return container;
  return { ...container, resources: { ...resources, requests: { ...within(resources, 'limits'), ...within(resources, 'requests') } } };
}

function hostPorts(container: Fields): Fields {
  return { ...container, ...eachOf(container, 'ports', (port) => ({ ...port, hostPort: field(port, 'hostPort') ?? field(port, 'containerPort') })) };
}

const modes = ['secret', 'configMap', 'downwardAPI', 'projected'];

function volumeDefaults(volume: Fields): Fields {
  const sources = Object.keys(volume).filter((name) => name !== 'name');
  if (sources.length === 0) return { ...volume, emptyDir: {} };
  const [source = ''] = sources;
  if (source === 'hostPath') return { ...volume, hostPath: { type: '', ...within(volume, 'hostPath') } };
  if (source === 'ephemeral') return { ...volume, ephemeral: ephemeralDefaults(within(volume, 'ephemeral')) };
  return modes.includes(source) ? { ...volume, [source]: { defaultMode: 420, ...within(volume, source) } } : volume;
}

function ephemeralDefaults(source: Fields): Fields {
  const template = within(source, 'volumeClaimTemplate');
  return { ...source, volumeClaimTemplate: { ...template, spec: { volumeMode: 'Filesystem', ...within(template, 'spec') } } };
}
