import { resources } from '../../../kube/paths.ts';
import { fields, list, text, within } from '../../../kube/records/fields.ts';
import type { KubeObject } from '../object.ts';
import type { Cause } from '../refusal.ts';
import { builtIn } from './built-in.ts';
import { invalid } from './causes.ts';
import { ageColumn, column, nameColumn, textAt } from './printing/columns.ts';

const phase = textAt(['status', 'phase']);

export const namespaces = builtIn({
  resource: resources.namespaces,
  kind: 'Namespace',
  singular: 'namespace',
  shortNames: ['ns'],
  subresources: ['status'],
  statusDefaults: (status) => ({ phase: 'Active', ...status }),
  defaults: named,
  begin: (namespace) => {
    const finalizers = list(fields(namespace.spec), 'finalizers');
    return { ...namespace, spec: { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] }, status: { phase: 'Active' } };
  },
  // Finalizers in the spec go through a subresource of their own.
  change: (namespace, current) => named({ ...namespace, spec: current.spec ?? {} }),
  check: (namespace, current) => (current === undefined ? checkFinalizers(namespace) : checkPhase(namespace, current)),
  fields: (namespace) => ({ 'status.phase': String(phase(namespace, '')), name: namespace.metadata.name }),
  columns: [nameColumn, column('Status', phase), ageColumn],
});

/** Every namespace carries its name as a label, so that selectors can name it. */
function named(namespace: KubeObject): KubeObject {
  const { metadata } = namespace;
  if (metadata.name === '' || metadata.labels?.['kubernetes.io/metadata.name'] === metadata.name) return namespace;
  return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name } } };
}

function checkFinalizers({ spec }: KubeObject): Cause[] {
  const wrong = list(fields(spec), 'finalizers').map(String).filter((each) => each !== 'kubernetes' && !each.includes('/'));
  return wrong.map((each) => invalid('spec.finalizers', each, 'name is neither a standard finalizer name nor is it fully qualified'));
}

function checkPhase(namespace: KubeObject, current: KubeObject): Cause[] {
  const [word, before] = [text(fields(namespace.status), 'phase'), text(within(fields(current), 'status'), 'phase')];
  if (word === before) return [];
  const deleting = current.metadata.deletionTimestamp !== undefined;
  if (deleting) return word === 'Terminating' ? [] : [invalid('status.Phase', word, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
  return word === 'Active' ? [] : [invalid('status.Phase', word, "may only be 'Active' if `deletionTimestamp` is empty")];
}
