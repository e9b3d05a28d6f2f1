import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WrittenCase } from './written.ts';

const controlPlane = join(import.meta.dirname, '../../control-plane');

/** The policies in the reference's own documentation and examples, read where Go keeps the module that its binary is built from. */
export async function documented(): Promise<readonly WrittenCase[]> {
  const { stdout } = await promisify(execFile)('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/descheduler'], { cwd: controlPlane });
  const folder = stdout.trim();
  const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
  const examples = readdirSync(join(folder, 'examples')).map((file) => ({ id: `examples/${file}`, text: read('examples', file) }));
  const blocks = [...read('README.md').matchAll(/^```ya?ml\n(.*?)^```/gmsu)].map(([, text = ''], at) => ({ id: `README.md, block ${at + 1}`, text }));
  return [...examples, ...blocks].filter(({ text }) => text.includes('DeschedulerPolicy')).map(({ id, text }) => ({ id, text: onThisMachine(text) }));
}

/** Tests speak to nobody else: a Prometheus of the documentation becomes one that does not answer. */
const onThisMachine = (text: string): string => text.replaceAll(/(\burl: *)\S+/gu, '$1http://127.0.0.1:9');
