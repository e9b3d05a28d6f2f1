/**
 * Control, format and line-separator characters written out (`\x1b`, `\u202e`), so that a script's words cannot move
 * the cursor, hide text or break a log line. Line feeds stay where `keep` says so.
 */
export const printable = (text: string, keep: 'lines' | 'nothing'): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => (character === '\n' && keep === 'lines' ? '\n' : escaped(character)));

const known: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return known[character] ?? (code < 0x1_00 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
}

/** True when the text holds nothing that could be mistaken for something else by a shell, a log or a terminal. */
export const isPlain = (text: string): boolean => text.isWellFormed() && !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text);

export const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`);
