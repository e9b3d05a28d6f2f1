import type { ConformanceResult, Finding } from './run-conformance.ts';
import type { Operation } from './sequence/operation.ts';

export interface ReportOptions {
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly verbose: boolean;
  /** False for a single sequence, which cannot hit every cell. */
  readonly whole: boolean;
}

const leastHits = 10;
const leastErrors = 0.3;

/** Prints what was found; returns the exit code: 0 only when nothing differs and enough was asked. */
export function print(result: ConformanceResult, { say, whole, verbose, seed }: ReportOptions): number {
  const { cells, findings } = result;
  const rare = whole ? cells.below(leastHits) : [];
  const tooFewErrors = whole && cells.errorShare < leastErrors;
  const lines = [
    ...(verbose ? everything(result) : []),
    ...findings.flatMap((finding) => [...described(finding, seed)]),
    ...rare.map((cell) => `Hit fewer than ${leastHits} times: ${cell}`),
    ...(whole ? [...result.accepted].filter(([, times]) => times === 0).map(([name]) => `Accepted, but did not occur: ${name} (take it off test/conformance/accepted.ts)`) : []),
    ...[...result.accepted].filter(([, times]) => times > 0).map(([name, times]) => `Accepted difference: ${name} (${times} times)`),
  ];
  for (const line of lines) say(line);
  say(`${cells.table.size} cells, ${rare.length} of them hit fewer than ${leastHits} times; ${(cells.errorShare * 100).toFixed(1)} % of the answers were 409, 410, 422 or 429${tooFewErrors ? ' (30 % are wanted)' : ''}; ${result.events} watch events`);
  say(`${result.sequences} sequences, ${cells.operations} operations, ${findings.length} differences`);
  return findings.length > 0 || rare.length > 0 || tooFewErrors ? 1 : 0;
}

const everything = ({ cells, surprises }: ConformanceResult): string[] => [
  ...[...cells.table].map(([cell, hits]) => `${String(hits).padStart(6)}  ${cell}`),
  ...counted(surprises).map(([surprise, times]) => `surprise (${times}): ${surprise}`),
];

function* described({ signature, sequences, example, shortest }: Finding, seed: number): Generator<string> {
  yield '';
  yield `DIFFERENCE in ${sequences.length} sequences: ${signature}`;
  yield `  real:     ${JSON.stringify(example.real)}`;
  yield `  embedded: ${JSON.stringify(example.other)}`;
  yield `  again: npm run conformance -- --seed ${seed} --only ${sequences[0] ?? 0}`;
  if (shortest === undefined) yield `  request: ${request(example.operation)}`;
  for (const operation of shortest ?? []) yield `    ${operation.id === example.operation.id ? '→' : ' '} ${request(operation)}`;
}

function request({ id, method, path, query, body, contentType, title }: Operation): string {
  const tail = Object.keys(query).length === 0 ? '' : ` ${JSON.stringify(query)}`;
  const sent = body === undefined ? '' : ` ${JSON.stringify(body)}`;
  return `${id}. ${method} ${path}${tail}${contentType === undefined ? '' : ` [${contentType}]`}${sent}   (${title})`;
}

function counted(lines: readonly string[]): [string, number][] {
  const times = new Map<string, number>();
  for (const line of lines) {
    const plain = line.replaceAll(/\bs\d+\b/gu, 's').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'UID').replaceAll(/\d{4,}/gu, 'N');
    times.set(plain, (times.get(plain) ?? 0) + 1);
  }
  return [...times].sort(([, left], [, right]) => right - left);
}
