import { type Fields, field, fields, list, text, within } from '../../../../kube/records/fields.ts';

/** What Kubernetes fills in for a container. */
export function containerDefaults(container: Fields): Fields {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter((name) => field(container, name) !== undefined);
  const ports = list(container, 'ports').map((port) => ({ protocol: 'TCP', ...fields(port) }));
  return {
    imagePullPolicy: isLatest(text(container, 'image')) ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    ...(ports.length === 0 ? {} : { ports }),
    ...(field(container, 'env') === undefined ? {} : { env: list(container, 'env').map((each) => environmentDefaults(fields(each))) }),
    ...Object.fromEntries(probes.map((name) => [name, probeDefaults(within(container, name))])),
  };
}

/** No tag and no digest means the tag `latest`. */
function isLatest(image: string): boolean {
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/u.exec(name)?.[1];
  return (tag ?? (digest === undefined ? 'latest' : '')) === 'latest';
}

function environmentDefaults(variable: Fields): Fields {
  const source = within(variable, 'valueFrom');
  return field(source, 'fieldRef') === undefined ? variable : { ...variable, valueFrom: { ...source, fieldRef: { apiVersion: 'v1', ...within(source, 'fieldRef') } } };
}

function probeDefaults(probe: Fields): Fields {
  const http = field(probe, 'httpGet') === undefined ? {} : { httpGet: { path: '/', scheme: 'HTTP', ...within(probe, 'httpGet') } };
  return { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...probe, ...http };
}
