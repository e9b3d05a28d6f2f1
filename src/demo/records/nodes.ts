import type { StoreEvent } from '../../embedded/api-server/server.ts';
import { isReady, taintsOf } from '../objects.ts';
import type { Happening, NodeChange } from './record.ts';

/** What a change of a Node means to somebody who watches: readiness and taints. */
export function nodeChanges({ type, object, before }: StoreEvent): Happening[] {
  const happened = (change: NodeChange, taint?: string): Happening => ({ type: 'node', node: object.metadata.name, change, ...(taint === undefined ? {} : { taint }) });
  if (type === 'DELETED') return [happened('gone')];
  const [had, has] = [taintsOf(before), taintsOf(object)];
  return [
    ...(before === undefined ? [happened('registered')] : []),
    ...(!isReady(before) && isReady(object) ? [happened('ready')] : []),
    ...(isReady(before) && !isReady(object) ? [happened('silent')] : []),
    ...has.filter((taint) => !had.includes(taint)).map((taint) => happened('tainted', taint)),
    ...had.filter((taint) => !has.includes(taint)).map((taint) => happened('untainted', taint)),
  ];
}
