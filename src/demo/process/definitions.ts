import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '../../../manifests/base/crd.yaml');

/** Our CustomResourceDefinition, as it is installed on real clusters. */
export const nodeFenceDefinition = (): object => parse(readFileSync(file, 'utf8')) as object;
