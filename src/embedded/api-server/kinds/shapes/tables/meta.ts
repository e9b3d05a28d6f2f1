import type { ShapeTable } from '../language.ts';

/** The fields of metadata and selectors (Kubernetes v1.36). */
export const metaShapes = {
  ObjectMeta: `
    name:s generateName:s namespace:s selfLink:s uid:s resourceVersion:s generation:i creationTimestamp:t deletionTimestamp?:t
    deletionGracePeriodSeconds?:i labels:{s} annotations:{s} ownerReferences:[OwnerReference@uid] finalizers:[s@] managedFields:[a]
  `,
  LabelSelector: 'matchLabels:{s} matchExpressions:[LabelSelectorRequirement]',
  Condition: 'type!:s status!:s observedGeneration:i lastTransitionTime!:t reason!:s message!:s',
  OwnerReference: 'apiVersion!:s kind!:s name!:s uid!:s controller?:b blockOwnerDeletion?:b',
  LabelSelectorRequirement: 'key!:s operator!:s values:[s]',
} as const satisfies ShapeTable;
