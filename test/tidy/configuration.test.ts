import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configurationJsonSchema } from '../../src/config/json-schema.ts';
import { readConfiguration } from '../../src/config/read.ts';
import { settings, type SettingRow } from '../../src/config/settings.ts';

const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  const written = document.split('\n').filter((line) => /^\| `[a-z]/u.test(line));
  const rows = settings().map(markdownRow);

  test('has a row for every setting, in the words of the schema', () => {
    expect(rows.length).toBeGreaterThan(40);
    // Copy what is missing into the document.
    expect(rows.filter((row) => !written.includes(row))).toEqual([]);
  });

  test('has no row for a setting that does not exist', () => {
    expect(written.filter((row) => !rows.includes(row))).toEqual([]);
  });

  test('has examples that evenkeel itself accepts', () => {
    const examples = [...document.matchAll(/```yaml\n(apiVersion: evenkeel[\s\S]*?)```/gu)].map((match) => match[1] ?? '');
    expect(examples.length).toBeGreaterThan(1);
    for (const example of examples) expect(readConfiguration(example, 'docs/configuration.md')).toHaveProperty('configuration');
  });

  test('shows complaints as evenkeel writes them', () => {
    const [input, output] = [/```yaml title="wrong.yaml"\n([\s\S]*?)```/u, /```text\n(wrong\.yaml[\s\S]*?)```/u].map((block) => block.exec(document)?.[1] ?? '');
    const read = readConfiguration(input ?? '', 'wrong.yaml');
    expect('complaints' in read ? read.complaints.map(({ text }) => text).join('\n') : 'accepted').toBe(output?.trimEnd());
  });
});

test('every manifest of a configuration is accepted', () => {
  for (const file of ['base/config.yaml', 'examples/openstack/config.yaml']) {
    expect(readConfiguration(readFileSync(new URL(`../../manifests/${file}`, import.meta.url), 'utf8'), file)).toHaveProperty('configuration');
  }
});

test('the JSON Schema for editors knows every setting and refuses others', () => {
  const schema = JSON.stringify(configurationJsonSchema());
  for (const { path } of settings()) expect(schema).toContain(`"${path.replace(/\[\]|\.<name>/gu, '').split('.').at(-1) ?? ''}"`);
  expect(configurationJsonSchema()).toMatchObject({ additionalProperties: false, required: ['apiVersion', 'kind', 'clusterName'] });
});

function markdownRow({ path, allowed, byDefault, description }: SettingRow): string {
  return `| \`${path}\` | ${outsideCode(allowed)} | ${byDefault} | ${outsideCode(description)} |`;
}

/** Stars and angle brackets mean something to Markdown, except in code. */
const outsideCode = (text: string): string => text.replace(/`[^`]*`|[*<>|]/gu, (part) => (part.startsWith('`') ? part : `\\${part}`));
