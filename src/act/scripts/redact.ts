import type { Captured } from './capture.ts';

/** Words that must not be shown, in every form in which a program is likely to print them, longest first. */
export type Secrets = readonly string[];

/** Shorter values are words like `v3` or `true`: hiding them would make the output unreadable and protect nothing. */
const shortest = 6;

/** What must be hidden of a secret file: each line, each value after `=` or `:`, and their encoded forms. */
export function secretsIn(contents: readonly string[]): Secrets {
  const words = contents.flatMap((content) => content.split(/\r?\n/u)).flatMap(wordsOf);
  const forms = new Set(words.filter(({ length }) => length >= shortest).flatMap(formsOf));
  return [...forms].filter(({ length }) => length >= shortest).sort((left, right) => right.length - left.length);
}

export function redact(text: string, secrets: Secrets): string {
  let result = text;
  for (const secret of secrets) result = result.replaceAll(secret, '***');
  return result;
}

/** Joins the two ends. Where output was left out, a secret may be cut in half: its remains go too. */
export function redactCaptured({ head, tail, leftOut }: Captured, secrets: Secrets): string {
  if (leftOut === 0) return redact(head, secrets);
  const margin = Math.max(0, (secrets[0]?.length ?? 0) - 1);
  const start = redact(head, secrets);
  const end = redact(tail, secrets);
  return `${start.slice(0, Math.max(0, start.length - margin))}\n[${leftOut} bytes left out]\n${end.slice(margin)}`;
}

function wordsOf(line: string): string[] {
  const trimmed = line.trim();
  const value = /^(?:export\s+)?["']?[\w.-]+["']?\s*[=:]\s*(?<value>.+)$/u.exec(trimmed)?.groups?.['value']?.trim();
  if (value === undefined) return trimmed.endsWith(':') ? [] : [trimmed];
  return [trimmed, value, value.replace(/^(?<quote>["'])(?<inner>.*)\k<quote>,?$/u, '$<inner>')];
}

function formsOf(word: string): string[] {
  const inJson = JSON.stringify(word).slice(1, -1);
  const inUrl = encodeURIComponent(word.toWellFormed());
  return [word, inJson, inUrl, inUrl.replaceAll('%20', '+'), ...[0, 1, 2].flatMap((offset) => inBase64(word, offset))];
}

/** base64 of `word` where it begins `offset` bytes into a group of three (`user:word`); the letters shared with neighbours are dropped. */
function inBase64(word: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(word)]);
  const own = Buffer.from(bytes).toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.byteLength * 8) / 6));
  return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
