import { inFile } from '../config/policy/document.ts';
import { readPolicy } from '../config/policy/read.ts';
import { loadText } from '../config/read.ts';
import { strategies } from '../../strategies/index.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** Reads a rebalancing policy as `rebalance` would, and says everything of it at once. `priorityOf` looks a PriorityClass up; it is asked only when the policy names one. */
export async function checkPolicy(path: string, priorityOf: (name: string) => Promise<number | undefined>): Promise<Finding[]> {
  const loaded = loadText(path);
  if ('complaint' in loaded) return [problem('policy', loaded.complaint.text)];
  try {
    const read = await readPolicy({ path, text: loaded.text, strategies, priorityOf });
    const notes = [...read.warnings, ...read.hints].map((says) => note('policy', inFile(path, says)));
    return [...notes, ...(read.kind === 'policy' ? [ok('policy', path)] : read.problems.map((says) => problem('policy', inFile(path, says))))];
  } catch (error) {
    return [problem('policy', `${path}: its PriorityClass cannot be looked up: ${error instanceof Error ? error.message : String(error)}; see the problems of the cluster, or use --offline`)];
  }
}
