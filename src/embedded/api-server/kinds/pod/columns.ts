import { fields, list, text } from '../../../../kube/records/fields.ts';
import type { Column } from '../../kind.ts';
import { ageColumn, column, nameColumn, textAt, wide } from '../printing/columns.ts';
import { type Summary, summarise } from './summary.ts';
import type { KubeObject } from '../../object.ts';

/** What `kubectl get pods` shows. */
export const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', summary(({ ready, containers }) => `${ready}/${containers}`)),
  column('Status', summary(({ reason }) => reason)),
  column('Restarts', summary(({ restarts }) => restarts)),
  ageColumn,
  wide('IP', ({ status }) => text(fields(list(fields(status), 'podIPs')[0]), 'ip') || '<none>'),
  wide('Node', textAt(['spec', 'nodeName'], '<none>')),
  wide('Nominated Node', textAt(['status', 'nominatedNodeName'], '<none>')),
  wide('Readiness Gates', gates),
];

function summary(part: (summary: Summary) => string): Column['value'] {
  return (pod, now) => part(summarise(pod, now));
}

function gates(pod: KubeObject): string {
  const wanted = list(fields(pod.spec), 'readinessGates').map((each) => text(fields(each), 'conditionType'));
  if (wanted.length === 0) return '<none>';
  const conditions = list(fields(pod.status), 'conditions').map(fields);
  const open = wanted.filter((type) => text(fields(conditions.find((each) => text(each, 'type') === type)), 'status') === 'True');
  return `${open.length}/${wanted.length}`;
}
