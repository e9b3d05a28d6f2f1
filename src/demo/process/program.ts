import { join } from 'node:path';

/** This program, to be started once more. */
export const main = join(import.meta.dirname, '../../main.ts');

export interface Home {
  /** Working directory and HOME. */
  readonly directory: string;
  /** PATH of whoever started the demo. */
  readonly path: string | undefined;
}

/** Nothing of our own environment but PATH: a KUBECONFIG or a proxy setting of the person who watches has no place in the demo. */
export const environmentOf = ({ directory, path }: Home): Record<string, string> => ({ HOME: directory, LANG: 'C.UTF-8', ...(path === undefined ? {} : { PATH: path }) });
