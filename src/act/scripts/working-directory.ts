import { mkdtempSync, rm } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * An empty directory for one run, its HOME and its working directory: what one script leaves there the next does not
 * read. Without a place for it (`/tmp` full or read-only) a fence still goes ahead, with `/`.
 */
export function workingDirectory(): { readonly path: string; remove(): void } {
  try {
    const path = mkdtempSync(join(tmpdir(), 'evenkeel-script-'));
    // A leftover costs a little space in /tmp; a failure to remove it is not worth failing a fence.
    return { path, remove: () => rm(path, { recursive: true, force: true }, () => undefined) };
  } catch {
    return { path: '/', remove: () => undefined };
  }
}
