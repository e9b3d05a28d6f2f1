import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';

/** The programs of a control plane, by the names that users know. */
export const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const;
export type Program = (typeof programs)[number];

/** Where each program lies on this machine. */
export type Binaries = Readonly<Record<Program, string>>;

const here = import.meta.dirname;
const bin = join(here, 'bin');
const stampFile = join(bin, '.stamp');

/**
 * Finds the programs: in `KUBEBUILDER_ASSETS` when that is set, else in `bin/`, which it builds first when it is missing or
 * belongs to another go.mod. Several callers at once are safe: one builds, the others wait.
 */
export async function findOrBuild(say: (line: string) => void = note): Promise<Binaries> {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') return checked(assets, (program) => program);
  await built(say);
  return checked(bin, fileName);
}

/** The descheduler whose choices `npm run compat` compares ours with, from the same go.mod; built here, whatever KUBEBUILDER_ASSETS says. */
export async function findOrBuildDescheduler(say: (line: string) => void = note): Promise<string> {
  await built(say);
  return join(bin, 'descheduler');
}

async function built(say: (line: string) => void): Promise<void> {
  const stamp = await wantedStamp();
  if ((await currentStamp()) === stamp) return;
  await withLock(join(here, 'bin.lock'), say, async () => {
    if ((await currentStamp()) !== stamp) await build(stamp, say);
  });
}

/** Go names a program after its package: etcd's is `server`. */
const fileName = (program: Program): string => (program === 'etcd' ? 'server' : program);

async function checked(directory: string, nameOf: (program: Program) => string): Promise<Binaries> {
  const found = programs.map((program) => [program, join(directory, nameOf(program))] as const);
  const usable = await Promise.all(found.map(([, path]) => access(path, constants.X_OK).then(() => true, () => false)));
  const missing = found.filter((_, index) => usable[index] !== true).map(([, path]) => path);
  if (missing.length > 0) {
    const cure = directory === bin ? `Delete ${bin} to have them built again` : 'Unset KUBEBUILDER_ASSETS to have all of them built (envtest archives hold neither kube-controller-manager nor kube-scheduler)';
    throw new Error(`The control plane lacks these programs: ${missing.join(', ')}. ${cure}`);
  }
  return Object.fromEntries(found) as Binaries;
}

/** Whatever changes the programs is in here: the modules with their hashes, and the flags below. */
async function wantedStamp(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(here, file)));
  return hash.update(linkFlags(await kubernetesVersion())).digest('hex');
}

const currentStamp = (): Promise<string | undefined> => readFile(stampFile, 'utf8').then((text) => text.trim(), () => undefined);

async function kubernetesVersion(): Promise<string> {
  const version = /^\s*k8s\.io\/kubernetes (v\S+)/mu.exec(await readFile(join(here, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${join(here, 'go.mod')} requires no k8s.io/kubernetes: restore the line "k8s.io/kubernetes v…"`);
  return version;
}

/** A plain `go build` says v0.0.0-master; kube-apiserver derives the APIs it serves from this version. */
function linkFlags(version: string): string {
  const [, major, minor] = /^v(\d+)\.(\d+)\./u.exec(version) ?? [];
  const base = 'k8s.io/component-base/version';
  return `-s -w -X ${base}.gitVersion=${version} -X ${base}.gitMajor=${major} -X ${base}.gitMinor=${minor} -X k8s.io/client-go/pkg/version.gitVersion=${version}`;
}

async function build(stamp: string, say: (line: string) => void): Promise<void> {
  await requireGo();
  const version = await kubernetesVersion();
  const fresh = join(here, 'bin.new');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(bin, { recursive: true });
  say(`Building etcd and Kubernetes ${version}: once, 6 to 10 minutes on two cores when Go's cache is empty`);
  await go(['build', '-v', '-trimpath', '-ldflags', linkFlags(version), '-o', `${fresh}/`, 'tool'], say);
  // Renamed one by one: a control plane that runs from the old files keeps them.
  for (const file of await readdir(fresh)) await rename(join(fresh, file), join(bin, file));
  await rm(fresh, { recursive: true });
  await writeFile(stampFile, `${stamp}\n`);
}

async function requireGo(): Promise<void> {
  const failure: unknown = await promisify(execFile)('go', ['version']).then(() => undefined, (error: unknown) => error);
  if (failure === undefined) return;
  const cure = 'Install Go 1.26 or newer (https://go.dev/dl) and put it on the PATH, or set KUBEBUILDER_ASSETS to a directory with etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl';
  throw new Error(`The control plane is built from source and \`go version\` does not run. ${cure}`, { cause: failure });
}

/** Runs go and says every 15 s how far it is; what it printed last is in the error. */
async function go(args: readonly string[], say: (line: string) => void): Promise<void> {
  // Without cgo no C compiler is needed.
  const child = spawn('go', args, { cwd: here, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 'ignore', 'pipe'] });
  const started = performance.now();
  const last: string[] = [];
  let printed = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = text.split('\n').filter((line) => line !== '');
    printed += lines.length;
    last.push(...lines);
    last.splice(0, last.length - 20);
  });
  const progress = setInterval(() => say(`  ${Math.round((performance.now() - started) / 1_000)} s: ${printed} steps done, now ${last.at(-1) ?? 'starting'}`), 15_000);
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) throw new Error(`go ${args[0]} in ${here} ended with exit code ${code}:\n${last.join('\n')}`);
  } finally {
    clearInterval(progress);
  }
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (import.meta.main) {
  const binaries = await findOrBuild();
  note(`The control plane's programs are ready in ${join(binaries.etcd, '..')}`);
}
