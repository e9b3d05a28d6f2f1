import { readFileSync, statSync } from 'node:fs';

/** A token is a few hundred bytes, a large one a few thousand. */
const mostBytes = 64 * 1024;

/** Reads a token from a mounted file. Neither its content nor a part of it ever stands in the problem. */
export function readToken(path: string): { readonly token: string } | { readonly problem: string; readonly missing: boolean } {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > mostBytes) return { problem: `${path} is no token file: a regular file of at most ${mostBytes} bytes is expected`, missing: false };
    const token = readFileSync(path, 'utf8').trim();
    if (/^[\x21-\x7e]+$/u.test(token)) return { token };
    return { problem: `the token file ${path} holds no token: one line of printable characters without spaces is expected`, missing: false };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { problem: `the token file ${path} cannot be read (${code})`, missing: code === 'ENOENT' };
  }
}
