import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubeconfigText } from '../../embedded/http/kubeconfig.ts';

/** Writes a kubeconfig that only its owner reads, and returns its path. */
export function writeKubeconfig(folder: string, file: string, access: { readonly url: string; readonly token: string }): string {
  const path = join(folder, file);
  writeFileSync(path, kubeconfigText({ ...access, name: 'evenkeel-demo' }), { mode: 0o600 });
  return path;
}
