import type { StoreEvent } from '../../embedded/api-server/server.ts';
import { text, within } from '../../kube/records/fields.ts';
import type { Happening } from './record.ts';

/** Each Kubernetes Event when it is written; repetitions that only raise a count are one. */
export function eventChanges({ type, object }: StoreEvent): Happening[] {
  if (type !== 'ADDED') return [];
  const regarding = within(object, 'involvedObject');
  const namespace = text(regarding, 'namespace');
  return [
    {
      type: 'event',
      by: text(object, 'reportingComponent') || text(within(object, 'source'), 'component'),
      reason: text(object, 'reason'),
      severity: text(object, 'type'),
      regarding: `${text(regarding, 'kind')} ${namespace === '' ? '' : `${namespace}/`}${text(regarding, 'name')}`,
      note: text(object, 'message'),
    },
  ];
}
