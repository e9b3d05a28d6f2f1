import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../model/time.ts';
import { readPower } from './power.ts';
import type { ScriptRun } from './script.ts';
import { aRun, aScriptFolder, never } from '../../../test/builders/script-folder.ts';

const dead = (pid: string): boolean => {
  // A zombie that nobody reaps is dead enough: it runs nothing any more.
  const file = `/proc/${pid.trim()}/stat`;
  return !existsSync(file) || readFileSync(file, 'utf8').includes(') Z ');
};

async function runOf(body: string, changes: Partial<ScriptRun> = {}, signal: AbortSignal = never()) {
  using folder = aScriptFolder();
  folder.putScript('device', body);
  const begun = performance.now();
  const result = await folder.runner.run(aRun({ parameters: {}, ...changes }), signal);
  return { result, took: performance.now() - begun, read: (name: string) => readFileSync(join(folder.path, name), 'utf8'), folder };
}

describe('what a script gets', () => {
  test('its environment holds the contract and nothing of ours', async () => {
    process.env['EVENKEEL_TEST_SECRET'] = 'do-not-pass-on';
    const { result } = await runOf('env', { action: 'reboot', timeout: milliseconds(5_900) });
    delete process.env['EVENKEEL_TEST_SECRET'];
    const environment = Object.fromEntries(result.output.trim().split('\n').map((line) => line.split(/=(.*)/su, 2) as [string, string]));
    const ofBash = ['PWD', 'SHLVL', '_'];
    expect(Object.keys(environment).filter((name) => !ofBash.includes(name)).sort()).toEqual(['FENCE_ACTION', 'FENCE_ATTEMPT', 'FENCE_ID', 'FENCE_NODE', 'FENCE_TIMEOUT', 'HOME', 'LANG', 'PATH']);
    expect(environment).toMatchObject({ FENCE_ACTION: 'reboot', FENCE_NODE: 'worker-1', FENCE_ID: 'machine-1', FENCE_ATTEMPT: '7', FENCE_TIMEOUT: '5' });
  });

  test('the name of the node is its only argument, and its HOME is an empty directory that goes away', async () => {
    const { result } = await runOf('echo "$#:$1"; ls -A "$HOME" | wc -l; touch left; echo "$HOME"');
    const [args, files, home] = result.output.trim().split('\n');
    expect([args, files]).toEqual(['1:worker-1', '0']);
    await expect.poll(() => existsSync(home ?? '/')).toBe(false);
  });

  test('parameters arrive letter for letter, whatever a shell would make of them', async () => {
    using folder = aScriptFolder();
    const value = `$(touch /tmp/evenkeel-was-here) \`id\` ; & | > "quoted" 'single' \\ * ~ \${HOME} ünï`;
    folder.putScript('device', 'printf %s "$FENCE_PARAM_USER_NAME"', 'parameters: [{name: user-name, description: who}]\n');
    const result = await folder.runner.run(aRun({ parameters: { 'user-name': value } }), never());
    expect(result.output).toBe(value);
    expect(existsSync('/tmp/evenkeel-was-here')).toBe(false);
  });

  test('a script that reads its input finds the end of it at once', async () => {
    const { result } = await runOf('cat; echo read');
    expect(result).toMatchObject({ kind: 'done', output: 'read\n' });
  });
});

describe('how it ends', () => {
  test('exit code 0 is done, any other is a failure with its last words', async () => {
    expect((await runOf('exit 0')).result).toMatchObject({ kind: 'done', note: expect.stringMatching(/^device off for worker-1 ended with exit code 0 after \d+ms$/u) });
    const { result } = await runOf('echo fine; echo "BMC says no" >&2; exit 3');
    expect(result).toMatchObject({ kind: 'failed', code: 3, output: 'fine\n\nBMC says no\n' });
    expect(result.note).toMatch(/ended with exit code 3 after .*: BMC says no$/u);
  });

  test.each([126, 127, 255])('exit code %i is a failure', async (code) => {
    expect((await runOf(`exit ${code}`)).result).toMatchObject({ kind: 'failed', code });
  });

  test('a signal that is not ours is a failure', async () => {
    const { result } = await runOf('kill -KILL $$');
    expect(result).toMatchObject({ kind: 'failed', signal: 'SIGKILL' });
    expect(result).not.toHaveProperty('code');
  });

  test('a hang ends at the limit, and its children with it', async () => {
    const { result, took } = await runOf('sleep 60 & echo $!; wait', { timeout: milliseconds(400) });
    expect(result).toMatchObject({ kind: 'timedOut', by: 'limit' });
    expect(result.note).toBe(`device off for worker-1 did not end within 400ms and was killed: ${result.output.trim()}`);
    expect(took).toBeLessThan(2_000);
    expect(dead(result.output)).toBe(true);
  });

  test('one that ignores SIGTERM is killed within 5 s of its limit', async () => {
    const { result, took } = await runOf(`trap '' TERM; echo $$; while :; do sleep 1; done`, { timeout: milliseconds(300) });
    expect(result.kind).toBe('timedOut');
    expect(took).toBeLessThan(5_300);
    expect(dead(result.output)).toBe(true);
  });

  test('200 children die with it', async () => {
    const { result } = await runOf('for i in $(seq 200); do sleep 60 & echo $!; done; wait', { timeout: seconds(5) });
    const children = result.output.trim().split('\n');
    expect(children).toHaveLength(200);
    await expect.poll(() => children.every(dead)).toBe(true);
  });

  test('exit code 0 counts at once although a child holds the output, and the child is killed', async () => {
    const { result, took } = await runOf('sleep 60 & echo $!; exit 0');
    expect(result.kind).toBe('done');
    expect(result.note).toContain('it left processes behind, which were killed');
    expect(took).toBeLessThan(2_500);
    await expect.poll(() => dead(result.output)).toBe(true);
  });

  test('a daemon in a session of its own cannot block it, and is mentioned', async () => {
    const { result, took } = await runOf('setsid sleep 4 & exit 0');
    expect(result.kind).toBe('done');
    expect(result.note).toContain('cannot be reached and may still act');
    expect(took).toBeLessThan(2_500);
  });

  test('the controller can stop it', async () => {
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 200);
    const { result, took } = await runOf('echo $$; sleep 60', {}, stopping.signal);
    expect(result).toMatchObject({ kind: 'timedOut', by: 'controller', note: expect.stringContaining('was stopped by the controller') });
    expect(took).toBeLessThan(3_000);
    expect(dead(result.output)).toBe(true);
  });

  test('a controller that stops already starts nothing', async () => {
    const { result } = await runOf('exit 0', {}, AbortSignal.abort());
    expect(result).toMatchObject({ kind: 'refused', problem: 'the controller stops' });
  });
});

describe('what it prints', () => {
  test('endless output keeps its head and tail and does not end the run before its limit', async () => {
    const { result } = await runOf('echo first; yes; ', { timeout: milliseconds(700) });
    expect(result.kind).toBe('timedOut');
    expect(result.output.length).toBeLessThan(65_536);
    expect(result.output).toMatch(/^first\ny\n/u);
    expect(result.output).toMatch(/\[\d+ bytes left out\]/u);
  });

  test('bytes that are no text, control characters and long lines come out as plain text', async () => {
    const { result } = await runOf(String.raw`printf 'a\xff\xfe\x1b[31mred\r\x00b\xe2\x80\xae!\n'; head -c 5000 /dev/zero | tr '\0' x >&2; exit 1`);
    expect(result.output).toContain('a\uFFFD\uFFFD\\x1b[31mred\\r\\x00b\\u{202e}!\n');
    expect(result.note.length).toBeLessThanOrEqual(500);
    expect(result.note).not.toMatch(/\p{Cc}/u);
  });

  test('what is in a secret file is nowhere to be read, in whatever form it is printed', async () => {
    using folder = aScriptFolder();
    folder.putScript(
      'device',
      `. "$FENCE_PARAM_OPENRC"
echo "password is $OS_PASSWORD"
printf %s "$OS_PASSWORD" | base64
printf %s "evenkeel:$OS_PASSWORD" | base64
printf %s "ab:$OS_PASSWORD" | base64
printf %s "abc:$OS_PASSWORD" | base64
cat "$FENCE_PARAM_OPENRC"
echo 'url: pa%24%24%20w%2F%2Brd-1234567'
echo "refused for $OS_PASSWORD" >&2; exit 1`,
      'parameters: [{name: openrc, description: a file, secret: true}]\n',
    );
    const openrc = folder.put('openrc', `# how to log in\nexport OS_PASSWORD='pa$$ w/+rd-1234567'\n`, 0o600);
    const result = await folder.runner.run(aRun({ parameters: { openrc } }), never());
    const all = JSON.stringify(result);
    for (const form of ['w/+rd-1234567', 'cGEkJCB3LytyZC0xMjM0NTY3', 'w%2F%2Brd', ...[0, 1, 2].map((pad) => Buffer.from(`${'a'.repeat(pad)}w/+rd-1234567`).toString('base64').slice(4, -4))]) expect(all).not.toContain(form);
    expect(result.output).toContain('password is ***');
    expect(result.note).toContain('refused for ***');
  });

  test('a secret that the gap in long output cuts in two leaves no half behind', async () => {
    using folder = aScriptFolder();
    folder.putScript('device', 'head -c 16374 /dev/zero | tr "\\0" x; cat "$FENCE_PARAM_KEY"; head -c 40000 /dev/zero | tr "\\0" y', 'parameters: [{name: key, description: a file, secret: true}]\n');
    const key = folder.put('key', 'VerySecretKey0123456789', 0o600);
    const { output } = await folder.runner.run(aRun({ parameters: { key } }), never());
    expect(output).toContain('bytes left out');
    expect(output).not.toContain('VerySe');
  });
});

describe('what is not started', () => {
  const refusals: readonly [string, Partial<ScriptRun>, string][] = [
    ['a node name with a newline', { node: 'a\nb' }, 'no DNS subdomain'],
    ['a node name that is an option', { node: '-rf' }, 'no DNS subdomain'],
    ['a node name that is a command', { node: '$(reboot)' }, 'no DNS subdomain'],
    ['a node name longer than 253', { node: 'a'.repeat(254) }, 'no DNS subdomain'],
    ['a machine id with a NUL', { machineID: 'a\0b' }, 'control characters'],
    ['a machine id that is an option', { machineID: '--os-cloud=x' }, 'begins with -'],
    ['no machine id', { machineID: '' }, 'is empty'],
    ['a machine id of 600 characters', { machineID: 'a'.repeat(600) }, 'longer than 512'],
    ['an attempt that is no whole number', { attempt: 1.5 }, 'attempt'],
    ['a limit of 0s', { timeout: seconds(0) }, 'above 0s'],
    ['an unknown parameter', { parameters: { speed: 'fast' } }, 'no parameter speed'],
    ['a parameter with a line feed', { parameters: { speed: 'a\nb' } }, 'control characters'],
    ['a parameter that is too long', { parameters: { speed: 'a'.repeat(5_000) } }, 'longer than 4096'],
    ['a parameter name that is no name', { parameters: { 'a=b': 'x' } }, 'parameter name'],
  ];
  test.each(refusals)('%s', async (_, changes, problem) => {
    const { result } = await runOf('touch "$0.ran"', changes);
    expect(result).toMatchObject({ kind: 'refused', problem: expect.stringContaining(problem) });
  });

  test('a missing interpreter is named, not thrown', async () => {
    using folder = aScriptFolder();
    folder.put('fence.sh', '#!/no/such/interpreter\n');
    expect(await folder.runner.run(aRun({ script: 'fence', action: 'reboot' }), never())).toMatchObject({ kind: 'refused', problem: expect.stringContaining('first line names is not installed') });
  });

  test('a secret that is not mounted, or is given itself instead of its file, stops the run', async () => {
    using folder = aScriptFolder();
    folder.putScript('device', 'exit 0', 'parameters: [{name: password, description: a file, secret: true}]\n');
    const problemOf = async (password: string) => await folder.runner.run(aRun({ parameters: { password } }), never());
    expect(await problemOf('/nowhere/openrc')).toMatchObject({ kind: 'refused', problem: expect.stringContaining('is the Secret mounted?') });
    const given = await problemOf('hunter2hunter2');
    expect(given).toMatchObject({ kind: 'refused', problem: expect.stringContaining('not the secret itself') });
    expect(JSON.stringify(given)).not.toContain('hunter2');
  });

  test.each(['off', 'on', 'status', 'monitor'] as const)('a script written for kube-fencing is never asked to %s, it would reboot', async (action) => {
    using folder = aScriptFolder();
    folder.put('fence.sh', `#!/bin/sh\necho rebooted $1 >> ${folder.path}/log\n`);
    const result = await folder.runner.run(aRun({ script: 'fence', action }), never());
    expect(result).toMatchObject({ kind: 'refused', problem: expect.stringContaining('kube-fencing') });
    expect(existsSync(join(folder.path, 'log'))).toBe(false);
    expect(await folder.runner.run(aRun({ script: 'fence', action: 'reboot' }), never())).toMatchObject({ kind: 'done' });
    expect(readFileSync(join(folder.path, 'log'), 'utf8')).toBe('rebooted worker-1\n');
  });
});

describe('what a status run proves', () => {
  const line = (power: string, id = 'machine-1', attempt: unknown = 7): string => `echo '${JSON.stringify({ id, attempt, power })}'`;
  const rows: readonly [string, string, 'on' | 'off' | 'unknown'][] = [
    ['off and exit code 2', `echo asking; ${line('off')}; exit 2`, 'off'],
    ['on and exit code 0', `${line('on')}; exit 0`, 'on'],
    ['words on stderr do not matter', `${line('off')}; echo warning >&2; exit 2`, 'off'],
    ['off and exit code 0', `${line('off')}; exit 0`, 'unknown'],
    ['on and exit code 2', `${line('on')}; exit 2`, 'unknown'],
    ['off and exit code 1', `${line('off')}; exit 1`, 'unknown'],
    ['unknown and exit code 2', `${line('unknown')}; exit 2`, 'unknown'],
    ['another machine', `${line('off', 'machine-2')}; exit 2`, 'unknown'],
    ['another attempt', `${line('off', 'machine-1', 6)}; exit 2`, 'unknown'],
    ['attempt as text', `${line('off', 'machine-1', '7')}; exit 2`, 'unknown'],
    ['a line after it', `${line('off')}; echo done; exit 2`, 'unknown'],
    ['on stderr', `${line('off')} >&2; exit 2`, 'unknown'],
    ['no line at all', 'exit 2', 'unknown'],
    ['a missing openrc', '. /nowhere/openrc; exit 0', 'unknown'],
    ['a missing openrc under sh', 'exec sh -c ". /nowhere/openrc"', 'unknown'],
    ['a shell syntax error', `${line('off')}; if then`, 'unknown'],
    ['a usage error of Python', 'exec python3 --no-such-option', 'unknown'],
    ['killed after the line', `${line('off')}; kill -KILL $$`, 'unknown'],
  ];
  test.each(rows)('%s', async (_, body, power) => {
    const run = aRun({ action: 'status' });
    const { result } = await runOf(body, run);
    expect(readPower(result, run)).toMatchObject({ power });
  });

  test('a line and then a hang is unknown', async () => {
    const run = aRun({ action: 'status', timeout: milliseconds(300) });
    const { result } = await runOf(`${line('off')}; sleep 60`, run);
    expect(readPower(result, run)).toMatchObject({ power: 'unknown', because: expect.stringContaining('did not end within') });
  });

  test('a machine id that is also a word of the secret file is still recognized', async () => {
    using folder = aScriptFolder();
    folder.putScript('device', `${line('off')}; exit 2`, 'parameters: [{name: openrc, description: a file, secret: true}]\n');
    const openrc = folder.put('openrc', 'OS_PROJECT_NAME=machine-1\n', 0o600);
    const run = aRun({ action: 'status', parameters: { openrc } });
    expect(readPower(await folder.runner.run(run, never()), run).power).toBe('off');
  });
});
