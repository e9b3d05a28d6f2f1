import { afterEach, describe, expect, test, vi } from 'vitest';
import { aFolder, evenkeel } from '../../test/fakes/command-line.ts';
import { realDoors } from './doors.ts';

const spread = 'apiVersion: descheduler/v1alpha2\nprofiles:\n- name: p\n  pluginConfig: [{name: RemoveDuplicates}]\n  plugins: {balance: {enabled: [RemoveDuplicates]}}\n';

afterEach(() => vi.unstubAllEnvs());

describe.each<[string, (policy: string) => string[]]>([
  ['rebalance', (policy) => ['--policy-config-file', policy]],
  ['status', () => []],
  ['why', () => ['n1']],
  ['snapshot', () => []],
])('%s ends with exit code 2 and one line', (command, rest) => {
  test.each<[string, string, string]>([
    ['is not there', 'none', 'there is no such file'],
    ['is a directory', '.', 'it is a directory'],
    ['is a binary', 'binary', 'it is no kubeconfig: line 1 is not YAML'],
    ['is empty', 'empty', 'it is no kubeconfig: line 1 is not YAML'],
    ['is a list', 'list', 'it names no cluster for its current context'],
    ['names no cluster', 'text', 'it names no cluster for its current context'],
  ])('when the kubeconfig %s', async (_, name, why) => {
    using folder = aFolder();
    folder.put('binary', '\u007FELF\u0002\u0001\u0000\u001B[2J\nsecret');
    folder.put('empty', '');
    folder.put('list', '- a\n');
    folder.put('text', 'current-context: x\n');
    const file = `${folder.path}/${name}`;
    const { code, out, error } = await evenkeel([command, ...rest(folder.put('policy.yaml', spread)), '--kubeconfig', file], { connect: realDoors.connect });
    expect({ code, out, error }).toEqual({ code: 2, out: '', error: `there is no usable kubeconfig: ${file}: ${why}; name one with --kubeconfig\n` });
  });

  test('when there is none at all', async () => {
    using folder = aFolder();
    vi.stubEnv('HOME', folder.path);
    vi.stubEnv('KUBECONFIG', '');
    const { code, out, error } = await evenkeel([command, ...rest(folder.put('policy.yaml', spread))], { connect: realDoors.connect });
    expect({ code, out, error }).toEqual({ code: 2, out: '', error: 'no kubeconfig was found: name one with --kubeconfig FILE, or in $KUBECONFIG\n' });
  });

  test('when $KUBECONFIG names a file that is not there', async () => {
    using folder = aFolder();
    vi.stubEnv('KUBECONFIG', `${folder.path}/none`);
    const { code, error } = await evenkeel([command, ...rest(folder.put('policy.yaml', spread))], { connect: realDoors.connect });
    expect({ code, error }).toEqual({ code: 2, error: `there is no usable kubeconfig: ${folder.path}/none: there is no such file; name one with --kubeconfig\n` });
  });
});
