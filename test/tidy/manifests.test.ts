import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfigurationFile } from '../../src/config/read.ts';
import { readPolicyDocument } from '../../src/config/policy/document.ts';

const manifests = join(import.meta.dirname, '../../manifests');

it.each([
  { file: 'base/config.yaml', mode: 'observe' },
  { file: 'examples/openstack/config.yaml', mode: 'enforce' },
])('$file is a configuration that the product accepts, with mode $mode', ({ file, mode }) => {
  expect(readConfigurationFile(join(manifests, file))).toMatchObject({ configuration: { mode, server: { host: '0.0.0.0', port: 9808 }, leaderElection: { namespace: 'evenkeel-system', name: 'evenkeel' } } });
});

it('base/policy.yaml is a document that the product reads as a descheduler policy', () => {
  expect(readPolicyDocument(readFileSync(join(manifests, 'base/policy.yaml'), 'utf8'))).not.toHaveProperty('problem');
});

it.each(['base/deployment.yaml', 'components/cronjob/cronjob.yaml'])('%s runs restricted: no root, no writable root file system, no capabilities, no token by default', (file) => {
  const text = readFileSync(join(manifests, file), 'utf8');
  for (const line of ['runAsNonRoot: true', 'readOnlyRootFilesystem: true', 'allowPrivilegeEscalation: false', 'capabilities: {drop: [ALL]}', 'seccompProfile: {type: RuntimeDefault}', 'automountServiceAccountToken: false', 'sizeLimit: 64Mi']) expect(text).toContain(line);
});

it('the example holds no real secret and tells git to ignore the one that will', () => {
  expect(readFileSync(join(manifests, 'examples/openstack/openrc.example'), 'utf8')).toMatch(/example\.invalid[\s\S]*replace-me/u);
  expect(readFileSync(join(manifests, 'examples/openstack/.gitignore'), 'utf8').split('\n')).toContain('openrc');
});
