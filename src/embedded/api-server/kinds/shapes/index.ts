import { shapesOf } from './normalise.ts';
import { containersShapes } from './tables/containers.ts';
import { coreShapes } from './tables/core.ts';
import { customShapes } from './tables/custom.ts';
import { metaShapes } from './tables/meta.ts';
import { nodeShapes } from './tables/node.ts';
import { podVolumesShapes } from './tables/pod-volumes.ts';
import { podShapes } from './tables/pod.ts';
import { policyShapes } from './tables/policy.ts';
import { storageShapes } from './tables/storage.ts';
import { workloadsShapes } from './tables/workloads.ts';

export const tables = {
  ...metaShapes, ...nodeShapes, ...podVolumesShapes, ...containersShapes, ...podShapes, ...coreShapes, ...storageShapes, ...workloadsShapes, ...policyShapes, ...customShapes,
} as const;

export type ShapeName = keyof typeof tables;

/** The shapes of all built-in kinds. */
export const shapes = shapesOf(tables);
