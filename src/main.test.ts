import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-main-'));
afterAll(() => rmSync(folder, { recursive: true }));

const named = (name: string): object => ({ name, uid: name, resourceVersion: '1' });
const nodes = ['n1', 'n2'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: named(name) }));
const pods = Array.from({ length: 5_000 }, (_, at) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...named(`web-${at}`), namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'web' }] },
  spec: { nodeName: 'n1', containers: [] },
  status: { phase: 'Running' },
}));
const policy = `
apiVersion: descheduler/v1alpha2
profiles:
- pluginConfig: [{name: PodLifeTime, args: {maxPodLifeTimeSeconds: 60}}]
  plugins: {deschedule: {enabled: [PodLifeTime]}}
`;

test('a program that reads a long answer through a pipe gets all of it', async () => {
  const [snapshot, policyFile] = [join(folder, 'cluster.json'), join(folder, 'policy.yaml')];
  writeFileSync(snapshot, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...nodes, ...pods] }));
  writeFileSync(policyFile, policy);
  const { stdout } = await execa(process.execPath, [join(import.meta.dirname, 'main.ts'), 'rebalance', '--snapshot', snapshot, '--policy-config-file', policyFile, '-o', 'json']);
  expect((JSON.parse(stdout) as { evictions: unknown[] }).evictions).toHaveLength(5_000);
});
