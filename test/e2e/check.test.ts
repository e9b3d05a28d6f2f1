import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, type Identity, startControlPlane } from '../control-plane/control-plane.ts';

/* `evenkeel check` and the start of `evenkeel run` on the real API server, as processes. The tests build on each other: the cluster is made ready step by step. */

const main = join(import.meta.dirname, '../../src/main.ts');
const base = join(import.meta.dirname, '../../manifests/base');
const system = 'evenkeel-system';

let cp: ControlPlane;
let controller: Identity;
let config: string;

beforeAll(async () => {
  cp = await startControlPlane();
  config = join(cp.directory, 'evenkeel.yaml');
  writeFileSync(config, 'apiVersion: evenkeel.dev/v1alpha1\nkind: Configuration\nclusterName: test\nfencing:\n  scripts: {allowed: [openstack]}\n  methods: [{name: openstack, script: openstack, parameters: {openrc: /nonexistent/openrc}}]\n');
  await cp.kubectl('create', 'namespace', system);
  await cp.kubectl('-n', system, 'create', 'serviceaccount', 'evenkeel');
  controller = await cp.serviceAccount(system, 'evenkeel');
});

afterAll(() => cp?.stop());

async function evenkeel(command: 'check' | 'run', ...more: string[]): Promise<{ code: number | undefined; lines: string[] }> {
  const { all, exitCode } = await execa(process.execPath, [main, command, '--config', config, '--kubeconfig', cp.kubeconfig(controller), ...more], { all: true, reject: false, timeout: 60_000 });
  return { code: exitCode, lines: all.split('\n') };
}

const aboutCluster = (lines: readonly string[]): string[] => lines.filter((line) => /^(?:problem|ok) +cluster/u.test(line));

describe('a cluster that is made ready step by step', () => {
  it('without anything: the CustomResourceDefinition and every permission are missing, and both commands say so', async () => {
    const checked = await evenkeel('check');
    expect(checked.code).toBe(2);
    expect(aboutCluster(checked.lines)[0]).toContain('nodefences.evenkeel.dev is not installed');
    expect(aboutCluster(checked.lines)).toContainEqual(expect.stringContaining('permission missing: patch nodes; run kubectl apply -k manifests/base'));
    const ran = await evenkeel('run');
    expect(ran.code).toBe(2);
    expect(ran.lines).toContainEqual(expect.stringContaining('nodefences.evenkeel.dev is not installed'));
  });

  it('with the manifests: nothing is missing', async () => {
    await cp.kubectl('apply', '-k', base);
    let checked = await evenkeel('check');
    // The authorizer learns of new roles a moment after they are stored.
    for (let again = 0; checked.code !== 0 && again < 10; again += 1) checked = await evenkeel('check');
    const { code, lines } = checked;
    expect(aboutCluster(lines)).toEqual([expect.stringMatching(/^ok +cluster +reachable, the CustomResourceDefinition is installed, all \d+ permissions are granted$/u)]);
    expect({ code, lines }).toMatchObject({ code: 0 });
  });

  it('with --fencing: the device that cannot be asked is a problem', async () => {
    const { code, lines } = await evenkeel('check', '--fencing');
    expect(code).toBe(2);
    expect(lines).toContainEqual(expect.stringMatching(/^problem +device +method openstack, script openstack: .*\/nonexistent\/openrc/u));
  });

  it('with more slots than the roles name: exactly those Leases are missing', async () => {
    const wide = join(cp.directory, 'wide.yaml');
    writeFileSync(wide, 'apiVersion: evenkeel.dev/v1alpha1\nkind: Configuration\nclusterName: test\nmode: observe\nfencing: {guards: {maxConcurrent: 11}}\n');
    const { code, lines } = await evenkeel('check', '--config', wide);
    expect(code).toBe(2);
    expect(aboutCluster(lines).map((line) => line.split(';', 1)[0]?.replace(/^problem +cluster +/u, ''))).toEqual(
      ['get', 'update'].map((verb) => `permission missing: ${verb} leases.coordination.k8s.io evenkeel-slot-10 in ${system}`),
    );
  });

  it('with nodes: who takes part, and which two share a machine', async () => {
    for (const name of ['w1', 'w2']) await cp.kubectl('create', '-f', nodeFile(name));
    const shared = join(cp.directory, 'shared.yaml');
    writeFileSync(shared, 'apiVersion: evenkeel.dev/v1alpha1\nkind: Configuration\nclusterName: test\nmode: observe\nfencing: {inventory: {w1: w2}}\n');
    const { code, lines } = await evenkeel('check', '--config', shared);
    expect(code).toBe(2);
    expect(lines).toContainEqual(expect.stringContaining('2 of 2 nodes are selected by fencing.nodeSelector'));
    expect(lines).toContainEqual(expect.stringMatching(/^problem +nodes +w2 will never be fenced/u));
  });

  it('with the API server gone: both commands say that it cannot be reached', async () => {
    await cp.stop('kube-apiserver');
    for (const command of ['check', 'run'] as const) {
      const { code, lines } = await evenkeel(command);
      expect(code).toBe(2);
      expect(lines).toContainEqual(expect.stringMatching(/the API server cannot be reached: .*check the address in the kubeconfig and the network to it/u));
    }
  });
});

function nodeFile(name: string): string {
  const file = join(cp.directory, `${name}.json`);
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { fencing: 'enabled' } } }));
  return file;
}
