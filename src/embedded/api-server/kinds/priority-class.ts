import { resources } from '../../../kube/paths.ts';
import { fields, flag, text, wholeNumber } from '../../../kube/records/fields.ts';
import type { KindContext } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Cause, Refusal } from '../refusal.ts';
import { builtIn } from './built-in.ts';
import { forbidden, immutable, invalid, notSupported } from './causes.ts';
import { ageColumn, column, nameColumn, numberAt, textAt, wide } from './printing/columns.ts';

const highest = 1_000_000_000;

/** What every cluster has, and nobody else may name so. */
const known: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

export const priorityClasses = builtIn({
  resource: resources.priorityclasses,
  kind: 'PriorityClass',
  singular: 'priorityclass',
  shortNames: ['pc'],
  hasGeneration: true,
  defaults: (priority) => ('preemptionPolicy' in priority ? priority : { ...priority, preemptionPolicy: 'PreemptLowerPriority' }),
  check: (priority, current) => (current === undefined ? checkNew(priority) : checkChange(priority, current)),
  admit: onlyOneDefault,
  columns: [
    nameColumn, column('Value', numberAt(['value']), 'integer'), column('Global-Default', (priority) => flag(fields(priority), 'globalDefault'), 'boolean'),
    ageColumn, { ...wide('PreemptionPolicy', textAt(['preemptionPolicy'])), priority: 0 },
  ],
});

function checkNew(priority: KubeObject): Cause[] {
  const [name, value, policy] = [priority.metadata.name, numberAt(['value'])(priority), text(fields(priority), 'preemptionPolicy')];
  return [
    ...(name.startsWith('system-') && known[name] !== value ? [forbidden('metadata.name', `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`)] : []),
    ...(!name.startsWith('system-') && value > highest ? [forbidden('value', `maximum allowed value of a user defined priority is ${highest}`)] : []),
    ...(['PreemptLowerPriority', 'Never'].includes(policy) ? [] : [notSupported('preemptionPolicy', policy, ['PreemptLowerPriority', 'Never'])]),
  ];
}

function checkChange(priority: KubeObject, current: KubeObject): Cause[] {
  const policy = text(fields(priority), 'preemptionPolicy');
  return [
    ...(wholeNumber(fields(priority), 'value') === wholeNumber(fields(current), 'value') ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...(policy === text(fields(current), 'preemptionPolicy') ? [] : [invalid('preemptionPolicy', policy, immutable)]),
  ];
}

function onlyOneDefault(operation: string, priority: KubeObject, context: KindContext): KubeObject {
  if (operation === 'delete' || !flag(fields(priority), 'globalDefault')) return priority;
  const { name } = priority.metadata;
  for (const other of context.list(resources.priorityclasses)) {
    if (!flag(fields(other), 'globalDefault') || other.metadata.name === name) continue;
    throw new Refusal(403, 'Forbidden', `priorityclasses.scheduling.k8s.io "${name}" is forbidden: PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`, {
      name, group: 'scheduling.k8s.io', kind: 'priorityclasses',
    });
  }
  return priority;
}
