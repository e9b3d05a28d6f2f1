import { KubeConfig } from '@kubernetes/client-node';

/** No kubeconfig was named, none is at the usual places, and this runs in no pod. */
export class NoKubeconfig extends Error {
  override readonly name = 'NoKubeconfig';
}

/** Reads this kubeconfig, or the one at the usual places. Throws with one line that names the file and what is wrong with it. */
export function loadKubeconfig(file: string | undefined, context?: string): KubeConfig {
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (error) {
    throw new Error(`${nameOf(file, error)}: ${whyUnusable(error)}`, { cause: error });
  }
  if (file === undefined && isMadeUp(config)) throw new NoKubeconfig('no kubeconfig was found');
  if (context !== undefined) config.setCurrentContext(context);
  if (config.getCurrentCluster() === null) throw new Error(`${nameOf(file, undefined)}: it names no cluster for its current context`);
  return config;
}

/** Where client-node finds nothing it makes up a cluster that is nobody's. */
const isMadeUp = (config: KubeConfig): boolean => config.getCurrentContext() === 'loaded-context' && config.getCurrentCluster()?.server === 'http://localhost:8080';

const nameOf = (file: string | undefined, error: unknown): string => file ?? (error as { path?: string } | undefined)?.path ?? '$KUBECONFIG or ~/.kube/config';

/** Without what the file says: it may be a binary, or hold secrets. */
function whyUnusable(error: unknown): string {
  const { name, code, mark } = error as { name?: string; code?: string; mark?: { line?: number } };
  if (name === 'YAMLException') return `it is no kubeconfig: line ${(mark?.line ?? 0) + 1} is not YAML`;
  if (code === undefined) return 'it is no kubeconfig';
  return inWords[code] ?? `it cannot be read (${code})`;
}

const inWords: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
};
