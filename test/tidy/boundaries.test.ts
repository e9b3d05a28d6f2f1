import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/*
 * The architecture is a set of lint rules. A rule whose pattern no longer matches anything is green as well, so here each
 * of them meets a violation, planted in a tree of the same shape, and has to say no in its own words.
 */

const root = join(import.meta.dirname, '../..');
const folders = ['model', 'config', 'kube', 'observe', 'decide', 'act', 'report', 'run', 'web', 'cli', 'demo', 'embedded'] as const;
const pure = 'Decisions are pure';

interface Boundary {
  /** Where its files live. */
  readonly at: string;
  /** The folders of src/ that it may import, its own apart. */
  readonly imports: readonly string[];
  /** Packages that it may import, and some that it may not. */
  readonly packages: readonly string[];
  readonly notPackages: readonly string[];
  /** Whether it may import strategies/. */
  readonly strategies?: true;
  /** How its message begins. */
  readonly says: string;
  /** The same for imports of folders, where it differs. */
  readonly saysOfFolders?: string;
}

/** The directions of imports, once more and independently of the lint configuration: main → cli → demo, run → observe, decide, act, report → model. */
const boundaries: readonly Boundary[] = [
  { at: 'src/model', imports: [], packages: [], notPackages: ['zod', 'yaml', 'node:fs', '@kubernetes/client-node'], says: 'model/ holds the words' },
  { at: 'src/decide', imports: ['model'], packages: ['zod'], notPackages: ['yaml', 'pino', 'node:fs', 'node:timers/promises', 'execa', '@kubernetes/client-node'], says: pure },
  { at: 'strategies', imports: ['model', 'decide'], strategies: true, packages: ['zod'], notPackages: ['yaml', 'node:crypto', 'undici', '@kubernetes/client-node'], says: 'Strategies import the strategy contract' },
  { at: 'src/config', imports: ['model', 'decide'], packages: ['yaml', 'zod', 'node:fs'], notPackages: ['node-cron', 'pino', 'execa', '@kubernetes/client-node'], says: 'config/ turns text' },
  { at: 'src/kube', imports: ['model'], packages: ['@kubernetes/client-node', 'undici', 'node:https'], notPackages: ['execa', 'pino', 'yaml', 'node:child_process'], says: 'kube/ is the door' },
  { at: 'src/observe', imports: ['model', 'kube'], packages: [], notPackages: ['@kubernetes/client-node', 'undici', 'node:fs', 'execa'], says: 'observe/ reads through kube/' },
  { at: 'src/act', imports: ['model', 'kube'], packages: ['execa', 'node:fs'], notPackages: ['@kubernetes/client-node', 'undici', 'pino', 'node:http'], says: 'act/ carries out' },
  { at: 'src/report', imports: ['model', 'kube'], packages: ['pino', 'prom-client'], notPackages: ['@kubernetes/client-node', 'execa', 'node:fs'], says: 'report/ makes the record' },
  { at: 'src/run', imports: ['model', 'config', 'kube', 'observe', 'decide', 'act', 'report'], strategies: true, packages: ['node-cron', 'node:http'], notPackages: ['@kubernetes/client-node', 'execa', 'commander'], says: 'run/ turns the crank' },
  { at: 'src/cli', imports: ['model', 'config', 'kube', 'observe', 'decide', 'act', 'report', 'run'], strategies: true, packages: ['commander', 'node:fs'], notPackages: ['@kubernetes/client-node', 'execa', 'undici'], says: 'cli/ goes through kube/', saysOfFolders: 'Nothing imports main.ts' },
  { at: 'src/demo', imports: ['model', 'kube', 'run', 'embedded'], packages: ['yaml', 'node:child_process', 'node:fs'], notPackages: ['@kubernetes/client-node', 'undici', 'execa', 'commander', 'pino'], says: 'demo/ watches the product from outside' },
  { at: 'src/embedded', imports: ['model', 'kube'], packages: ['node:http', 'node:fs'], notPackages: ['@kubernetes/client-node', 'commander', 'pino'], says: 'embedded/ is a cluster of its own' },
];

interface Planted {
  readonly file: string;
  readonly code: string;
  /** What the linter has to say, or nothing. */
  readonly says: string | undefined;
}

let count = 0;
const planted: Planted[] = boundaries.flatMap(importsOf).concat([{ file: 'src/main.ts', code: "import { x } from 'execa';\nexport const y = x;\n", says: 'main.ts only wires the parts' }, ...['src/cli/demo.ts', 'src/cli/status.ts'].map((file) => ({ file, code: "import { x } from '../demo/x.ts';\nexport const y = x;\n", says: file === 'src/cli/demo.ts' ? undefined : 'Nothing imports main.ts' }))], ['src/model', 'src/decide', 'strategies'].flatMap(impurities), ['src/embedded'].flatMap(clocks));

function importsOf({ at, imports, strategies, packages, notPackages, says, saysOfFolders = says }: Boundary): Planted[] {
  const up = at.startsWith('src/') ? '../' : '../src/';
  const targets = [...folders.filter((folder) => `src/${folder}` !== at).map((folder) => ({ path: `${up}${folder}`, allowed: imports.includes(folder) })), { path: at.startsWith('src/') ? '../../strategies' : '.', allowed: strategies === true }];
  const forbidden = targets.filter(({ allowed }) => !allowed);
  return [
    ...targets.map(({ path, allowed }) => plant(at, `import { x } from '${path}/deep/x.ts';\nexport const y = x;`, allowed ? undefined : saysOfFolders)),
    ...forbidden.map(({ path }) => plant(`${at}/deep`, `export * from '../${path}/x.ts';`, saysOfFolders)),
    ...forbidden.map(({ path }) => plant(at, `import type { X } from '${path}/x.ts';\nexport type Y = X;`, saysOfFolders)),
    ...forbidden.slice(0, 1).map(({ path }) => plant(at, `export const y = await import('${path}/x.ts');`, saysOfFolders)),
    ...packages.map((name) => plant(at, `import { x } from '${name}';\nexport const y = x;`, undefined)),
    ...notPackages.map((name) => plant(at, `import { x } from '${name}';\nexport const y = x;`, says)),
    plant(at, `import { main } from '${up}main.ts';\nexport const y = main;`, saysOfFolders),
    plant(at, `import { x } from './near.ts';\nexport const y = x;`, undefined),
  ];
}

/** What a decision must not reach for: another answer for the same snapshot would be no decision that can be tested or replayed. */
function impurities(at: string): Planted[] {
  const reaches = ['Date.now()', 'new Date()', 'setTimeout(() => 1, 1)', 'setInterval(() => 1, 1)', 'setImmediate(() => 1)', 'process.env', "fetch('http://x')", "console.log('x')", 'crypto.randomUUID()', 'performance.now()', 'queueMicrotask(() => 1)', 'Math.random()', 'globalThis.Date', 'globalThis.process', 'globalThis.fetch', "globalThis['setTimeout']"];
  return [...reaches.map((code) => plant(at, `export const y = ${code};`, pure)), plant(at, 'export const y = Math.max(1, 2);', undefined)];
}

function clocks(at: string): Planted[] {
  return ['Date.now()', 'setTimeout(() => 1, 1)', 'performance.now()', 'process.env', 'Math.random()', 'AbortSignal.timeout(1)'].map((code) => plant(at, `export const y = ${code};`, ''));
}

function plant(at: string, code: string, says: string | undefined): Planted {
  count += 1;
  return { file: `${at}/planted-${count}.ts`, code: `${code}\n`, says };
}

const boundaryRules = ['no-restricted-imports', 'no-restricted-globals', 'no-restricted-properties'];
let tree = '';
const said = new Map<string, string[]>();

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'evenkeel-boundaries-'));
  cpSync(join(root, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  for (const { file, code } of [...planted, { file: 'src/decide/planted.test.ts', code: "import { x } from '../kube/x.ts';\nexport const y = x;\n" }]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), code);
  }
  for (const { filename, code, message, help } of lint(tree)) {
    if (!boundaryRules.some((rule) => code.includes(rule))) continue;
    said.set(filename, [...(said.get(filename) ?? []), `${message} ${help ?? ''}`]);
  }
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

function lint(directory: string): readonly Diagnostic[] {
  const run = (): string => {
    try {
      return execFileSync(join(root, 'node_modules/.bin/oxlint'), ['-c', '.oxlintrc.json', '-f', 'json'], { cwd: directory, encoding: 'utf8', maxBuffer: 100_000_000, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      return (error as { stdout: string }).stdout; // exit code 1: it found something, which is the point
    }
  };
  return (JSON.parse(run()) as { diagnostics: readonly Diagnostic[] }).diagnostics;
}

describe('a planted violation is red, in the words of its rule', () => {
  test.each(planted.filter(({ says }) => says !== undefined).map(({ file, code, says }) => [dirname(file), code.trim().split('\n', 1)[0], file, says] as const))('%s: %s', (_at, _code, file, says) => {
    expect(said.get(file)).toEqual([expect.stringContaining(says ?? '')]);
  });
});

test('what is allowed is green', () => {
  const allowed = planted.filter(({ says }) => says === undefined);
  expect(allowed.length).toBeGreaterThan(40);
  expect(allowed.filter(({ file }) => said.has(file)).map(({ file, code }) => [dirname(file), code, said.get(file)])).toEqual([]);
});

test('tests may build their world from any folder', () => {
  expect(said.has('src/decide/planted.test.ts')).toBe(false);
});

describe('no rule looks at nothing', () => {
  const { overrides } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as { overrides: readonly { files: readonly string[]; rules: Record<string, unknown> }[] };
  const globs = overrides.filter(({ rules }) => boundaryRules.some((rule) => rule in rules)).flatMap(({ files }) => files);

  test.each([...new Set(globs)])('%s has files', (glob) => {
    const files = globSync(glob.endsWith('**') ? `${glob}/*.ts` : glob, { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
    expect(files.length).toBeGreaterThan(0);
  });

  test('every folder with a rule is planted here', () => {
    const at = new Set(boundaries.map((boundary) => `${boundary.at}/**`));
    expect(globs.filter((glob) => !at.has(glob) && !['src/main.ts', 'src/cli/demo.ts'].includes(glob))).toEqual([]);
  });
});
