import { LineCounter, parseDocument, type Document } from 'yaml';
import { aboutFile, complaint, type Complaint, formatPath, type Path, tidy } from './complaint.ts';
import { walk } from './walk.ts';

/** A YAML text as plain values, and where each of them stands in the file. */
export interface SourceDocument {
  /** Objects here have no prototype; numbers, booleans and nulls are those of YAML 1.2 core. */
  readonly value: unknown;
  /** What YAML allows but we refuse: aliases, tags, duplicate keys … Such a value is left out of `value`; `check` reports it. */
  readonly refused: readonly Complaint[];
  /** Makes a complaint at the value of `path`; a value that is missing is placed at the nearest block that exists. */
  complain(path: Path, problem: string, cure: string): Complaint;
  /** The same, at the key. */
  complainAtKey(path: Path, problem: string, cure: string): Complaint;
}

export type ReadDocument = { readonly document: SourceDocument } | { readonly complaints: readonly Complaint[] };

/** Larger texts are refused before anything looks into them. */
export const maximumBytes = 65_536;

/** Also more than this is refused: the leader's event loop reads the file, and must not stand still for long. */
const maximumEntries = 5_000;

/**
 * Reads one YAML document of the plain kind: no aliases, anchors, tags, directives, merge keys or duplicate keys, nothing
 * that means something else to another parser. Duplicates are found by our own walk, since the parser's own search for
 * them takes quadratic time (25 s for 64,000 keys).
 */
export function readDocument(text: string, file: string): ReadDocument {
  const unreadable = refuseText(text, file);
  if (unreadable !== undefined) return { complaints: [unreadable] };
  const lines = new LineCounter();
  const parsed = parseDocument(text.replace(/^\uFEFF/u, ''), { lineCounter: lines, uniqueKeys: false, version: '1.2', schema: 'core', merge: false, prettyErrors: false });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const complain = (path: Path, offset: number, problem: string, cure: string): Complaint => complaint({ file, ...at(offset), path: formatPath(path), problem, cure });
  const broken = syntaxErrors(parsed).map(({ offset, problem, cure }) => complain([], offset, problem, cure));
  if (broken.length > 0) return { complaints: tidy(broken) };
  const walked = walk(parsed.contents);
  return {
    document: {
      value: walked.value,
      refused: walked.problems.map(({ path, offset, problem, cure }) => complain(path, offset, problem, cure)),
      complain: (path, problem, cure) => complain(path, walked.places.value(path), problem, cure),
      complainAtKey: (path, problem, cure) => complain(path, walked.places.key(path), problem, cure),
    },
  };
}

/** Control characters reach logs, environments and terminals; a NUL makes starting a script throw. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const controlCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]/u;

function refuseText(text: string, file: string): Complaint | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > maximumBytes) return aboutFile(file, `the file has ${bytes} bytes, more than the allowed ${maximumBytes} (64 KiB)`, 'shorten it');
  if (text.split(/[\n,[{]/u).length > maximumEntries) return aboutFile(file, `the file has more than ${maximumEntries} lines and entries`, 'shorten it');
  if (text.trim() === '') return aboutFile(file, 'the file is empty', 'write apiVersion, kind and the settings; docs/configuration.md has an example');
  const found = controlCharacter.exec(text);
  if (found === null) return undefined;
  const before = text.slice(0, found.index).split('\n');
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return complaint({ file, line: before.length, column: (before.at(-1) ?? '').length + 1, path: '', problem: `the control character U+${code}`, cure: 'remove it' });
}

interface SyntaxProblem {
  readonly offset: number;
  readonly problem: string;
  readonly cure: string;
}

function syntaxErrors(parsed: Document.Parsed): SyntaxProblem[] {
  const tooDeep = parsed.errors.filter(({ code }) => code === 'RESOURCE_EXHAUSTION').slice(0, 1);
  const problems = (tooDeep.length > 0 ? tooDeep : parsed.errors).map(({ code, pos, message }) => ({ offset: pos[0], ...(ownWords[code] ?? { problem: `this is not YAML: ${firstLine(message)}`, cure: 'correct the line, or the one before it' }) }));
  const { yaml, tags } = parsed.directives;
  const hasTags = Object.keys(tags).some((handle) => handle !== '!!');
  const unknownDirective = parsed.warnings.some(({ code }) => code === 'BAD_DIRECTIVE');
  if (yaml.explicit === true || hasTags || unknownDirective) problems.push({ offset: 0, problem: 'a % directive changes what the file means', cure: 'remove the line that begins with %' });
  return problems;
}

const ownWords: Readonly<Record<string, { problem: string; cure: string }>> = {
  MULTIPLE_DOCS: { problem: 'a second document begins here', cure: 'keep one document in a file: remove the --- and what follows' },
  RESOURCE_EXHAUSTION: { problem: 'the blocks are nested too deeply', cure: 'remove the nesting' },
  TAB_AS_INDENT: { problem: 'a tab is used to indent', cure: 'indent with spaces' },
  DUPLICATE_KEY: { problem: 'the key is written twice', cure: 'keep one of them' },
};

/** The reader's messages quote the text; what stands in a log must not be able to move the cursor. */
const firstLine = (message: string): string => message.split('\n', 1)[0]?.replace(/[.:]$/u, '').replaceAll(/\p{Cc}+/gu, ' ').trimEnd() ?? '';
