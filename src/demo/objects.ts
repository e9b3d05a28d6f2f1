import type { KubeObject } from '../embedded/api-server/object.ts';
import { fields, list, text, within } from '../kube/records/fields.ts';

/*
 * What the demo reads from the objects of its cluster. An object that is not there reads as an empty one.
 */

type Maybe = KubeObject | undefined;

const spec = (object: Maybe) => within(fields(object), 'spec');
const status = (object: Maybe) => within(fields(object), 'status');

/** Status of the condition Ready: `True`, `False`, `Unknown`, or empty. */
export const readiness = (object: Maybe): string => text(fields(list(status(object), 'conditions').find((each) => text(fields(each), 'type') === 'Ready')), 'status');
export const isReady = (object: Maybe): boolean => readiness(object) === 'True';
export const isDeleting = (object: Maybe): boolean => object?.metadata.deletionTimestamp !== undefined;
export const phaseOf = (object: Maybe): string => text(status(object), 'phase');
/** `status.reason` of a fence. */
export const reasonOf = (object: Maybe): string => text(status(object), 'reason');
/** `status.message` of a fence: its reason as a sentence. */
export const messageOf = (object: Maybe): string => text(status(object), 'message');
/** Class of a fence's evidence. */
export const evidenceOf = (object: Maybe): string => text(within(status(object), 'evidence'), 'class') || 'none';
/** The node that a pod, an attachment or a fence is about. */
export const nodeOf = (object: Maybe): string => text(spec(object), 'nodeName');
/** The PersistentVolume of an attachment. */
export const volumeOf = (object: Maybe): string => text(within(spec(object), 'source'), 'persistentVolumeName');
export const isAttached = (object: Maybe): boolean => status(object)['attached'] === true;
/** Kind of the object that has a pod replaced. */
export const ownerOf = (object: Maybe): string => object?.metadata.ownerReferences?.find(({ controller }) => controller === true)?.kind ?? '';
/** `namespace/name` */
export const nameOf = ({ metadata }: KubeObject): string => (metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`);

/** As kubectl writes them: `key=value:Effect`. */
export const taintsOf = (object: Maybe): string[] =>
  list(spec(object), 'taints').map((taint) => {
    const [key, value, effect] = (['key', 'value', 'effect'] as const).map((name) => text(fields(taint), name)) as [string, string, string];
    return `${key}${value === '' ? '' : `=${value}`}:${effect}`;
  });

/** Those that evenkeel puts on, which must not stay. */
export const ourTaintsOf = (object: Maybe): string[] => taintsOf(object).filter((taint) => taint.startsWith('evenkeel.dev/fencing') || isOutOfService(taint));
export const isOutOfService = (taint: string): boolean => taint.startsWith('node.kubernetes.io/out-of-service=evenkeel:');
