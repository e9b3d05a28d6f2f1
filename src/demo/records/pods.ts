import type { StoreEvent } from '../../embedded/api-server/server.ts';
import { isDeleting, isReady, nameOf, nodeOf, ownerOf, phaseOf } from '../objects.ts';
import type { Happening, PodChange } from './record.ts';

/** What a change of a Pod means to somebody who watches: where it runs, and whether. */
export function podChanges({ type, object, before }: StoreEvent): Happening[] {
  const happened = (change: PodChange): Happening => ({ type: 'pod', pod: nameOf(object), node: nodeOf(object), change, owner: ownerOf(object) });
  if (type === 'DELETED') return [happened('gone')];
  return changesBetween(stateOf(before), stateOf(object)).map(happened);
}

interface State {
  readonly there: boolean;
  readonly assigned: boolean;
  readonly ready: boolean;
  readonly started: boolean;
  readonly deleting: boolean;
}

const stateOf = (pod: StoreEvent['before']): State => ({ there: pod !== undefined, assigned: nodeOf(pod) !== '', ready: isReady(pod), started: phaseOf(pod) === 'Running', deleting: isDeleting(pod) });

function changesBetween(was: State, is: State): PodChange[] {
  const changes: (PodChange | false)[] = [
    !was.there && 'created',
    !was.assigned && is.assigned && 'assigned',
    !was.ready && is.ready && (was.started ? 'back' : 'running'),
    was.ready && !is.ready && !is.deleting && 'silent',
    !was.deleting && is.deleting && 'deleting',
  ];
  return changes.filter((change) => change !== false);
}
