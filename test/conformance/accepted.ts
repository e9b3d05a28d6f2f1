import type { Difference } from './sequence/play.ts';

/** A difference that is known and stays. */
export interface Accepted {
  /** Stable, for the table in docs/embedded-cluster.md. */
  readonly name: string;
  readonly reason: string;
  /** True where the two hold different objects from then on: the sequence is over. */
  readonly ends?: true;
  matches(difference: Difference): boolean;
}

/** Every difference between the embedded API server and kube-apiserver v1.36.3 that nobody means to mend. */
export const accepted: readonly Accepted[] = [
  {
    name: 'a first write of the scale that changes nothing',
    reason: 'The real server notes in metadata.managedFields that the scale was written, which is a change and a new version. The embedded server keeps no managedFields: nothing has changed, and the version stays.',
    ends: true,
    matches: ({ operation, what }) => ['scale put', 'scale merge patch'].includes(operation.verb) && what === 'metadata.resourceVersion',
  },
  {
    name: 'a first write of a PersistentVolumeClaim that changes nothing',
    reason: 'The real server stores a claim that names its volume in another form at its first update than at its creation, although it shows the same: a new version without a change.',
    ends: true,
    matches: ({ operation, what }) => operation.resource === 'persistentvolumeclaims' && what === 'metadata.resourceVersion' && ['put', 'merge patch', 'strategic patch', 'JSON patch'].some((verb) => operation.verb.endsWith(verb)),
  },
];

/** The entry that explains a difference; undefined where none does. */
export const reasonFor = (difference: Difference): Accepted | undefined => accepted.find((each) => each.matches(difference));
