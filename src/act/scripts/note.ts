import { type Duration, formatDuration } from '../../model/time.ts';
import type { Executed, LeftBehind } from './execute.ts';
import { printable, shortened } from './printable.ts';
import type { ScriptRun } from './script.ts';

type Ran = Extract<Executed, { kind: 'ran' }>;

const longest = 500;
const lastWordsLength = 250;

/** `openstack off for worker-1 ended with exit code 1 after 3.2s: <its last words>`. */
export function noteOn(run: ScriptRun, ran: Ran, took: Duration, lastWords: string): string {
  const end = `${subject(run)} ${howItEnded(ran, run.timeout, took)}`;
  const words = lastWords === '' ? '' : `: ${shortened(lastWords, lastWordsLength)}`;
  return shortened(printable(`${end}${words}${afterwards(ran.leftBehind)}`, 'nothing'), longest);
}

export const noteOnRefusal = (run: ScriptRun, problem: string): string =>
  shortened(printable(`${subject(run)} was not started: ${problem}`, 'nothing'), longest);

const subject = ({ script, action, node }: ScriptRun): string => `${script} ${action}${node === '' ? '' : ` for ${shortened(node, 100)}`}`;

function howItEnded({ ending }: Ran, limit: Duration, took: Duration): string {
  switch (ending.kind) {
    case 'exited':
      return `ended with exit code ${ending.code} after ${formatDuration(took)}`;
    case 'signalled':
      return `was killed by ${ending.signal} after ${formatDuration(took)}`;
    case 'killed':
      return ending.by === 'limit' ? `did not end within ${formatDuration(limit)} and was killed` : `was stopped by the controller after ${formatDuration(took)}`;
    default:
      return ending satisfies never;
  }
}

function afterwards(left: LeftBehind): string {
  if (left === 'killed') return ' (it left processes behind, which were killed)';
  return left === 'escaped' ? ' (it left a process behind that cannot be reached and may still act)' : '';
}

/** The last line that says anything, of stderr before stdout: that is where programs complain. The JSON answer is for us, not for people. */
export function lastWords(stdout: string, stderr: string): string {
  const lineOf = (text: string): string => text.split('\n').map((line) => line.trim()).findLast((line) => line !== '' && !line.startsWith('{"id"')) ?? '';
  return lineOf(stderr) || lineOf(stdout);
}
