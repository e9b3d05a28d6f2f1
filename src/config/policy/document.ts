import { type Document, isAlias, isCollection, LineCounter, parseAllDocuments, visit } from 'yaml';
import { textRemarks } from './lint/yaml.ts';

/** A policy's text as plain values, by the rules that users' policies were written for: YAML 1.1. */
export interface PolicyDocument {
  readonly value: unknown;
  /** `line:column` of the value at `path`, or of the nearest block around it. */
  place(path: readonly PropertyKey[]): string;
  /** What YAML passes over in silence, each with its place. */
  readonly remarks: readonly PlacedRemark[];
}

/** A sentence about one place, `line:column`. */
export interface PlacedRemark {
  readonly place: string;
  readonly says: string;
}

/** A sentence about a file, as editors and terminals follow it: `policy.yaml:3:24: …`, or `policy.yaml: …` for the whole of it. */
export const inFile = (file: string, says: string): string => `${file}:${/^\d+:\d+: /u.test(says) ? '' : ' '}${says}`;

/** Larger policies are refused before anything looks into them. */
export const largestPolicy = 65_536;

/**
 * Reads YAML or JSON: booleans such as `yes` and `on`, the first document of several, the last of equal keys. Aliases are
 * refused: a few lines of them can stand for gigabytes.
 */
export function readPolicyDocument(text: string): PolicyDocument | { readonly problem: string } {
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > largestPolicy) return { problem: `the file has ${bytes} bytes, more than the allowed ${largestPolicy} (64 KiB)` };
  const lines = new LineCounter();
  const unprintable = unprintableCharacter.exec(text);
  if (unprintable !== null) return { problem: `${lineAndColumn(text, unprintable.index)}: control characters are not allowed` };
  const documents = parseAllDocuments(text, { version: '1.1', schema: 'yaml-1.1', uniqueKeys: false, merge: false, prettyErrors: false, logLevel: 'silent', lineCounter: lines, customTags: plainTags });
  const [document] = documents;
  if (document === undefined || !('contents' in document) || !Array.isArray(documents)) return { value: null, place: () => '1:1', remarks: [] };
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const [error] = document.errors;
  if (error !== undefined) return { problem: `${at(error.pos[0])}: not valid YAML: ${error.message.split('\n')[0] ?? ''}` };
  const complex = firstComplexKey(document);
  if (complex !== undefined) return { problem: `${at(complex)}: a key must be a plain word` };
  const alias = firstAlias(document);
  if (alias !== undefined) return { problem: `${at(alias)}: aliases (*name) are not allowed in a policy; write the value out` };
  return { value: document.toJS(), place: (path) => at(offsetOf(document, path)), remarks: textRemarks(documents).map(({ offset, says }) => ({ place: at(offset), says })) };
}

/** What YAML does not allow, as the reference's reader has it. */
const unprintableCharacter = /[^\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** Without dates, sexagesimal numbers, sets and binaries: the reference's reader knows none of them. */
function plainTags(tags: readonly unknown[]): never[] {
  const unwanted = ['tag:yaml.org,2002:timestamp', 'tag:yaml.org,2002:binary', 'tag:yaml.org,2002:omap', 'tag:yaml.org,2002:pairs', 'tag:yaml.org,2002:set'];
  return tags.filter((tag) => typeof tag === 'string' || !(unwanted.includes((tag as { tag: string }).tag) || (tag as { format?: string }).format === 'TIME')) as never[];
}

function firstComplexKey(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      found = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

function firstAlias(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) return undefined;
      found = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range)) return Number(range[0]);
  }
  return 0;
}
