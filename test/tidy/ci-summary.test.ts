import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';

const summary = resolve(import.meta.dirname, '../../.ci/summary.mjs');
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ci-summary-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Files with the states of their tests, as vitest reports them. */
type Report = Record<string, readonly string[]>;

interface Stage {
  readonly code: number;
  readonly report?: Report;
}

interface Case {
  readonly when: string;
  readonly listed: readonly string[];
  readonly stages: readonly Stage[];
  readonly lastLine: string;
  readonly complaint: string;
}

async function summarize(listed: readonly string[], stages: readonly Stage[]) {
  const list = join(directory, 'test-files');
  writeFileSync(list, listed.join('\n'));
  const args = stages.map(({ code, report }, index) => {
    const path = join(directory, `${index}.json`);
    if (report !== undefined) writeFileSync(path, JSON.stringify({ testResults: Object.entries(report).map(asVitestDoes) }));
    return `stage ${index}=${code}=${path}`;
  });
  const result = await execa(process.execPath, [summary, list, ...args], { reject: false, cwd: directory });
  return { exitCode: result.exitCode, lastLine: result.stdout.split('\n').at(-1), said: result.stdout };
}

const asVitestDoes = ([file, states]: readonly [string, readonly string[]]) => ({ name: join(directory, file), assertionResults: states.map((status) => ({ status })) });

it('adds up both runs', async () => {
  const result = await summarize(['a.test.ts', 'b.test.ts'], [{ code: 0, report: { 'a.test.ts': ['passed', 'passed', 'skipped'] } }, { code: 0, report: { 'b.test.ts': ['passed'] } }]);
  expect(result).toMatchObject({ exitCode: 0, lastLine: '3 passed, 0 failed' });
});

it.each<Case>([
  { when: 'a test failed', listed: ['a.test.ts'], stages: [{ code: 1, report: { 'a.test.ts': ['passed', 'failed'] } }], lastLine: '1 passed, 1 failed', complaint: '' },
  { when: 'a file ran no test', listed: ['a.test.ts'], stages: [{ code: 0, report: { 'a.test.ts': [] } }], lastLine: '0 passed, 1 failed', complaint: 'a.test.ts: ran no test' },
  { when: 'a file skipped all its tests', listed: ['a.test.ts'], stages: [{ code: 0, report: { 'a.test.ts': ['skipped', 'todo'] } }], lastLine: '0 passed, 1 failed', complaint: 'a.test.ts: ran no test' },
  { when: 'no runner knows a test file', listed: ['a.test.ts', 'b.test.ts'], stages: [{ code: 0, report: { 'a.test.ts': ['passed'] } }], lastLine: '1 passed, 1 failed', complaint: 'b.test.ts: no runner took it up' },
  { when: 'a runner left no report', listed: ['a.test.ts', 'of-that-runner.test.ts'], stages: [{ code: 0, report: { 'a.test.ts': ['passed'] } }, { code: 134 }], lastLine: '1 passed, 1 failed', complaint: 'exit code 134 and without a report' },
  { when: 'a runner failed although its tests passed', listed: ['a.test.ts'], stages: [{ code: 1, report: { 'a.test.ts': ['passed'] } }], lastLine: '1 passed, 1 failed', complaint: 'ended with exit code 1' },
  { when: 'nothing ran', listed: [], stages: [{ code: 0, report: {} }], lastLine: '0 passed, 1 failed', complaint: 'no test ran at all' },
])('is red when $when', async ({ listed, stages, lastLine, complaint }) => {
  const result = await summarize(listed, stages);
  expect(result).toMatchObject({ exitCode: 1, lastLine });
  expect(result.said).toContain(complaint);
});
