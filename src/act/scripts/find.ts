import { realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export type Found =
  /** `description` is the path of script.yaml; a bare `.sh` has none. */
  | { readonly kind: 'found'; readonly path: string; readonly description: string | undefined }
  | { readonly kind: 'problem'; readonly problem: string };

/** Names are file names, nothing more: no separators, no dots, no leading dash. */
const wellFormed = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/u;

/** The file that `name` stands for: the first of the directories that has one. What is found there is checked, never skipped. */
export function findScript(name: string, directories: readonly string[]): Found {
  if (!wellFormed.test(name)) {
    const hint = name.endsWith('.sh') ? `; the file ${name} is named ${name.slice(0, -'.sh'.length)}` : '';
    return problem(`is no script name: use letters, digits, - and _, 63 at most${hint}`);
  }
  for (const directory of directories) {
    const found = lookIn(directory, name);
    if (found !== undefined) return found;
  }
  return problem(`not found: there is no ${name}/fence and no ${name}.sh in ${directories.join(', ')}`);
}

function lookIn(directory: string, name: string): Found | undefined {
  const folder = join(directory, name, 'fence');
  const bare = join(directory, `${name}.sh`);
  const hasFolder = isThere(folder);
  const hasBare = isThere(bare);
  if (hasFolder && hasBare) return problem(`ambiguous: both ${folder} and ${bare} exist; remove one of them`);
  if (hasBare) return check(directory, bare, undefined);
  if (hasFolder) return check(directory, folder, join(directory, name, 'script.yaml'));
  return undefined;
}

function check(directory: string, path: string, description: string | undefined): Found {
  try {
    const real = realpathSync(path);
    const wrong = (description === undefined ? undefined : insideOf(directory, description)) ?? insideOf(directory, path) ?? wrongWith(path, statSync(real));
    return wrong === undefined ? { kind: 'found', path: real, description } : problem(wrong);
  } catch (error) {
    return problem(`${path} cannot be read (${codeOf(error)})`);
  }
}

/** A ConfigMap or Secret mount is made of symbolic links (`..data`) that stay inside it; one that leaves it is somebody's trick. */
function insideOf(directory: string, path: string): string | undefined {
  if (!isThere(path)) return `${path} is missing: it names the actions and parameters of the script`;
  const way = relative(realpathSync(directory), realpathSync(path));
  return way === '..' || way.startsWith(`..${sep}`) ? `${path} is a symbolic link that leads out of ${directory}` : undefined;
}

function wrongWith(path: string, file: Stats): string | undefined {
  if (!file.isFile()) return `${path} is not a regular file`;
  if ((file.mode & 0o022) !== 0) return `${path} may be changed by others than its owner: chmod go-w it, or mount it read-only with defaultMode 0555`;
  if (file.uid !== 0 && file.uid !== process.getuid?.()) return `${path} belongs to user ${file.uid}: it must belong to root or to the user evenkeel runs as`;
  if (!isExecutable(file)) return `${path} is not executable: chmod +x it, or mount the ConfigMap with defaultMode 0555`;
  return undefined;
}

/** Any execute bit that is ours; root, too, needs one. */
function isExecutable({ mode, uid, gid }: Stats): boolean {
  if (process.getuid?.() === 0) return (mode & 0o111) !== 0;
  if (uid === process.getuid?.()) return (mode & 0o100) !== 0;
  const member = gid === process.getgid?.() || (process.getgroups?.() ?? []).includes(gid);
  return (mode & (member ? 0o010 : 0o001)) !== 0;
}

function isThere(path: string): boolean {
  // A dangling link throws here too, and is then "not there".
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error));

const problem = (text: string): Found => ({ kind: 'problem', problem: text });
