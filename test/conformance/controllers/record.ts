import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareRecordings } from './compare-recordings.ts';
import { embeddedGround } from './embedded-ground.ts';
import { type Recording, playSituation } from './play-situation.ts';
import { realGround } from './real-ground.ts';
import type { Situation } from './situation.ts';
import { nodeSituations } from './situations-nodes.ts';
import { podSituations } from './situations-pods.ts';

export const situations: readonly Situation[] = [...nodeSituations, ...podSituations];

const directory = join(import.meta.dirname, '../recordings');
const fileOf = ({ name }: Situation): string => join(directory, `${name}.json`);

/** What the real controllers did. */
export const readRecording = async (situation: Situation): Promise<Recording> => JSON.parse(await readFile(fileOf(situation), 'utf8')) as Recording;

/** One change a line, so that a new recording shows what is new. */
function text({ steps, ...rest }: Recording): string {
  const lines = steps.map(({ changes, ...step }) => `    {${JSON.stringify(step).slice(1, -1)}, "changes": [\n${changes.map((change) => `      ${JSON.stringify(change)}`).join(',\n')}\n    ]}`);
  return `{\n  ${JSON.stringify(rest).slice(1, -1)},\n  "steps": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

/** Records on the real control plane, several at a time; with --check compares with what is recorded instead. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, 'at-once': { type: 'string', default: '4' }, check: { type: 'boolean', default: false }, embedded: { type: 'boolean', default: false } } });
  // The longest first: it is still at it when the others are done.
  const waiting = situations.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name)).sort((left, right) => Number(right.name.startsWith('forced')) - Number(left.name.startsWith('forced')));
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await mkdir(directory, { recursive: true });
  let wrong = 0;
  await Promise.all(Array.from({ length: values.embedded ? 1 : Number(values['at-once']) }, async () => {
    for (let situation = waiting.shift(); situation !== undefined; situation = waiting.shift()) {
      const complaints = await once(situation, values).catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
      wrong += complaints.length;
      say(`${complaints.length === 0 ? 'done' : 'WRONG'}: ${situation.name} (${situation.title})`);
      for (const complaint of complaints) say(`    ${complaint}`);
    }
  }));
  return wrong === 0 ? 0 : 1;
}

async function once(situation: Situation, { check, embedded }: { check: boolean; embedded: boolean }): Promise<readonly string[]> {
  const recording = await playSituation(situation, embedded ? embeddedGround : realGround);
  if (check || embedded) return compareRecordings(situation, await readRecording(situation), recording);
  await writeFile(fileOf(situation), text(recording));
  return compareRecordings(situation, recording, recording);
}

if (import.meta.main) process.exitCode = await main();
