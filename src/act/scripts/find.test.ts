import { chmodSync, chownSync, mkdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aRun, aScriptFolder, never, type ScriptFolder } from '../../../test/builders/script-folder.ts';

const script = '#!/bin/sh\nexit 0\n';

/** What `describe` and `run` say, in this order: a file may change between the two, so both look. */
async function problems(folder: ScriptFolder, name = 'fence'): Promise<string[]> {
  const described = folder.runner.describe(name);
  const ran = await folder.runner.run(aRun({ script: name, action: 'reboot' }), never());
  return [described.kind === 'problem' ? described.problem : 'usable', ran.kind === 'refused' ? ran.problem : ran.kind];
}

const both = (problem: string): unknown[] => [expect.stringContaining(problem), expect.stringContaining(problem)];

describe('which file a name stands for', () => {
  test('a bare script reboots and nothing else; a folder says what it can', () => {
    using folder = aScriptFolder();
    folder.put('fence.sh', script);
    folder.putScript('device', 'exit 0', 'parameters:\n- {name: openrc, description: credentials, required: true, secret: true}\n');
    expect(folder.runner.list()).toEqual([
      expect.objectContaining({ kind: 'script', name: 'fence', form: 'kube-fencing', actions: ['reboot'], verifies: false, parameters: undefined }),
      expect.objectContaining({
        kind: 'script',
        name: 'device',
        form: 'folder',
        actions: ['reboot', 'off', 'on', 'status', 'monitor'],
        verifies: true,
        parameters: [{ name: 'openrc', description: 'credentials', required: true, secret: true }],
      }),
    ]);
  });

  test('scripts that come with evenkeel are found without a mount', () => {
    using folder = aScriptFolder(['openstack']);
    expect(folder.runner.describe('openstack')).toMatchObject({ kind: 'script', verifies: true, actions: ['reboot', 'off', 'on', 'status', 'monitor'] });
  });

  test('a ConfigMap mount, made of links through ..data, is accepted', async () => {
    using folder = aScriptFolder();
    folder.put('..2026_01_01/fence.sh', script, 0o555);
    symlinkSync('..2026_01_01', join(folder.path, '..data'));
    symlinkSync(join('..data', 'fence.sh'), join(folder.path, 'fence.sh'));
    expect(folder.runner.describe('fence')).toMatchObject({ kind: 'script', path: join(folder.path, '..2026_01_01', 'fence.sh') });
    expect(await folder.runner.run(aRun({ script: 'fence', action: 'reboot' }), never())).toMatchObject({ kind: 'done' });
  });
});

describe('what is refused', () => {
  test('a name that is not on the list', async () => {
    using folder = aScriptFolder(['device']);
    folder.put('fence.sh', script);
    expect(await problems(folder)).toEqual(both('not allowed: fencing.scripts.allowed names device'));
  });

  test.each(['../fence', '/bin/sh', '.hidden', 'a/b', '-x', 'fence.sh', '', 'ä', 'a'.repeat(64)])('%j as a name', async (name) => {
    using folder = aScriptFolder([name]);
    folder.put('fence.sh', script);
    expect(await problems(folder, name)).toEqual(both('is no script name'));
  });

  test('a script that is not there', async () => {
    using folder = aScriptFolder();
    expect(await problems(folder)).toEqual(both('not found'));
  });

  test.each([0o777, 0o775, 0o757])('a script that others may change (mode %o)', async (mode) => {
    using folder = aScriptFolder();
    folder.put('fence.sh', script, mode);
    expect(await problems(folder)).toEqual(both('may be changed by others'));
  });

  test('a script that is not executable, as ConfigMaps are by default', async () => {
    using folder = aScriptFolder();
    folder.put('fence.sh', script, 0o644);
    expect(await problems(folder)).toEqual(both('defaultMode 0555'));
  });

  test('a link that leads out of the directory', async () => {
    using folder = aScriptFolder();
    using elsewhere = aScriptFolder();
    symlinkSync(elsewhere.put('fence.sh', script), join(folder.path, 'fence.sh'));
    expect(await problems(folder)).toEqual(both('leads out of'));
  });

  test('a link whose target is gone', async () => {
    using folder = aScriptFolder();
    symlinkSync('/nowhere/fence.sh', join(folder.path, 'fence.sh'));
    expect(await problems(folder)).toEqual(both('not found'));
  });

  test('a directory in place of the file', async () => {
    using folder = aScriptFolder();
    mkdirSync(join(folder.path, 'fence.sh'));
    expect(await problems(folder)).toEqual(both('not a regular file'));
  });

  test.skipIf(process.getuid?.() !== 0)('a script that belongs to another user', async () => {
    using folder = aScriptFolder();
    chownSync(folder.put('fence.sh', script), 12_345, 12_345);
    expect(await problems(folder)).toEqual(both('belongs to user 12345'));
  });

  test('two scripts of one name', async () => {
    using folder = aScriptFolder();
    folder.put('fence.sh', script);
    folder.putScript('fence', 'exit 0');
    expect(await problems(folder)).toEqual(both('ambiguous'));
  });

  test('a folder without script.yaml', async () => {
    using folder = aScriptFolder();
    folder.putScript('fence', 'exit 0');
    unlinkSync(join(folder.path, 'fence', 'script.yaml'));
    expect(await problems(folder)).toEqual(both('script.yaml is missing'));
  });

  test('a script that was good when it was described and is not when it is run', async () => {
    using folder = aScriptFolder();
    const path = folder.put('fence.sh', script);
    expect(folder.runner.describe('fence').kind).toBe('script');
    chmodSync(path, 0o777);
    expect(await folder.runner.run(aRun({ script: 'fence', action: 'reboot' }), never())).toMatchObject({ kind: 'refused' });
  });
});

describe('script.yaml', () => {
  const rows: readonly [string, string, string][] = [
    ['an unknown action', 'summary: x\nactions: [explode]\n', 'actions.0'],
    ['an unknown key', 'summary: x\nactions: [off]\nverfies: true\n', 'verfies'],
    ['no action', 'summary: x\nactions: []\n', 'actions'],
    ['an action twice', 'summary: x\nactions: [off, off]\n', 'twice'],
    ['a key twice', 'summary: x\nsummary: y\nactions: [off]\n', 'no valid YAML'],
    ['aliases', 'summary: &a x\nactions: [off]\nparameters: [{name: p, description: *a}]\n', 'aliases'],
    ['an unknown tag', 'summary: !!js/function x\nactions: [off]\n', 'no valid YAML'],
    ['a list', '- off\n', 'script.yaml'],
    ['nothing', '', 'script.yaml'],
    ['two documents', 'summary: x\nactions: [off]\n---\na: b\n', 'no valid YAML'],
    ['a parameter name that no variable can have', 'summary: x\nactions: [off]\nparameters: [{name: "a b", description: x}]\n', 'parameters.0.name'],
    ['two parameters that become one variable', 'summary: x\nactions: [off]\nparameters: [{name: a-b, description: x}, {name: A_B, description: x}]\n', 'FENCE_PARAM_A_B'],
    ['more than 16 KiB', `summary: x\nactions: [off]\n${'# padding\n'.repeat(2_000)}`, 'more than the allowed'],
  ];
  test.each(rows)('%s is refused', async (_, content, problem) => {
    using folder = aScriptFolder();
    folder.putScript('fence', 'exit 0');
    folder.put('fence/script.yaml', content, 0o644);
    expect(await problems(folder)).toEqual(both(problem));
  });
});
