import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { people } from '../stories/people.ts';
import { startWorld } from './world/world.ts';

people(startWorld);

/** The shell blocks of docs/operating.md, as a person on call would paste them. */
describe('the same with kubectl', () => {
  const binaries = join(import.meta.dirname, '../control-plane/bin');
  const text = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8').split('## The same with kubectl')[1]?.split('\n## ')[0] ?? '';
  const [ask = '', confirm = '', pause = ''] = [...text.matchAll(/```sh\n([\s\S]*?)```/gu)].map((match) => match[1] ?? '');
  let plane: ControlPlane;

  const paste = (script: string): Promise<{ stdout: string }> =>
    execa('bash', ['-euc', script], { extendEnv: false, env: { PATH: `${binaries}:${process.env['PATH']}`, HOME: plane.directory, KUBECONFIG: plane.kubeconfig({ user: 'alice' }) } });

  beforeAll(async () => {
    plane = await startControlPlane({ controllers: ['*', '-node-lifecycle-controller'] });
    await plane.kubectl('apply', '-k', join(import.meta.dirname, '../../manifests/base'));
    await plane.kubectl('create', 'clusterrolebinding', 'on-call', '--clusterrole=evenkeel-operator', '--user=alice');
    await plane.api().call({ verb: 'POST', path: '/api/v1/nodes', body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' }, status: { nodeInfo: { bootID: 'boot-1' } } } });
  });

  afterAll(() => plane?.stop());

  it('asks for a fence, in the name of the person', async () => {
    await paste(ask);
    const spec = JSON.parse(await plane.kubectl('get', 'nodefence', 'worker-1-by-hand', '-o', 'jsonpath={.spec}')) as object;
    expect(spec).toMatchObject({ nodeName: 'worker-1', nodeUID: expect.stringMatching(/.{36}/u), bootID: 'boot-1', machineID: 'worker-1', attempt: 1, requestedBy: 'alice' });
  });

  it('confirms that its machine is off', async () => {
    // No controller runs here that could ask for a person: the record is found without its phase.
    await paste(`NODE=worker-1\n${confirm.replace(',status.phase=NeedsHuman', '')}`);
    expect(JSON.parse(await plane.kubectl('get', 'nodefence', 'worker-1-by-hand', '-o', 'jsonpath={.spec.confirmedOff}'))).toMatchObject({ by: 'alice' });
  });

  it('pauses and resumes', async () => {
    const [on = '', off = ''] = pause.trim().split('\n');
    const holder = (): Promise<string> => plane.kubectl('-n', 'evenkeel-system', 'get', 'lease', 'evenkeel-pause', '-o', 'jsonpath={.spec.holderIdentity}');
    await paste(`ME=alice\n${on}`);
    expect(await holder()).toBe('alice');
    await plane.kubectl('apply', '-k', join(import.meta.dirname, '../../manifests/base'));
    // Applying the manifests again ends no pause.
    expect(await holder()).toBe('alice');
    await paste(off);
    expect(await holder()).toBe('');
  });
});
