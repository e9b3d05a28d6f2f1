import { join } from 'node:path';

/** Path of a file among the manifests that people apply. */
export const manifest = (path: string): string => join(import.meta.dirname, '../../../manifests', path);
