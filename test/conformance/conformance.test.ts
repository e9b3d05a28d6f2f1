import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const conformance = (...args: string[]): Promise<{ stdout: string }> => run(process.execPath, [`${import.meta.dirname}/main.ts`, ...args], { maxBuffer: 64 * 1024 * 1024 });

describe('the embedded API server', () => {
  it('answers 500 random sequences of requests as the real one does', async () => {
    const { stdout } = await conformance();
    console.info(stdout.trim().split('\n').slice(-3).join('\n'));
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^(?:[5-9]\d\d|\d{4,}) sequences, \d+ operations, 0 differences/u);
  }, 900_000);
});
