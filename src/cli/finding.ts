/** One thing that `check` looked at. */
export interface Finding {
  /** `problem`: evenkeel would not start, or not fence. `note`: it works, and a person should know. */
  readonly outcome: 'ok' | 'note' | 'problem';
  readonly part: 'configuration' | 'policy' | 'script' | 'cluster' | 'nodes' | 'device';
  /** What was looked at, what was found, and for a problem what to do. */
  readonly says: string;
}

export const ok = (part: Finding['part'], says: string): Finding => ({ outcome: 'ok', part, says });
export const note = (part: Finding['part'], says: string): Finding => ({ outcome: 'note', part, says });
export const problem = (part: Finding['part'], says: string): Finding => ({ outcome: 'problem', part, says });

export const hasProblem = (findings: readonly Finding[]): boolean => findings.some(({ outcome }) => outcome === 'problem');

/** One finding per line, the outcome first, so that `grep problem` is enough. */
export const printFindings = (findings: readonly Finding[]): string => findings.map(({ outcome, part, says }) => `${outcome.padEnd(7)}  ${part.padEnd(13)}  ${says}\n`).join('');
