/** One thing that is wrong with a file that a person wrote: where, what, and what to write instead. */
export interface Complaint {
  readonly file: string;
  /** Both count from 1. 0 where the file as a whole is meant (it is missing, or no text). */
  readonly line: number;
  readonly column: number;
  /** The setting, as `fencing.methods[0].timeout`; empty for the whole file. */
  readonly path: string;
  readonly problem: string;
  readonly cure: string;
  /** All of it on one line: `config.yaml:14:18  fencing.methods[0].timeout: 0s is shorter than the allowed 1s; write 1s or more` */
  readonly text: string;
}

export type Path = readonly (string | number)[];

/** Puts a complaint together. */
export function complaint(parts: Omit<Complaint, 'text'>): Complaint {
  const { file, line, column, path, problem, cure } = parts;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return { ...parts, text: `${place}  ${path === '' ? '' : `${path}: `}${problem}; ${cure}` };
}

/** A complaint about the file as a whole. */
export const aboutFile = (file: string, problem: string, cure: string): Complaint => complaint({ file, line: 0, column: 0, path: '', problem, cure });

/** Writes a path as a person would: `inventory["worker-1.example"]`, `methods[0].name`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/u.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${quote(step)}]`;
  }
  return text;
}

/** A value as it is shown in a complaint: on one line, without control characters, and not too long. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : plain(value);
  const shown = text.replace(/[\u007f-\u009f\u2028-\u202f\u2066-\u2069]/gu, '\uFFFD');
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a block of settings' : `${value as number | boolean}`;
}

/** More is noise: the first hundred are enough work for one edit. */
const maximumComplaints = 100;

/** In the order in which a person reads the file, each once: two rules may object to one value with the same cure. */
export function tidy(complaints: readonly Complaint[]): Complaint[] {
  const once = new Map(complaints.map((each) => [`${each.line}:${each.column} ${each.path}; ${each.cure}`, each]));
  return [...once.values()].toSorted((left, right) => left.line - right.line || left.column - right.column).slice(0, maximumComplaints);
}
