import { readFileSync, statSync } from 'node:fs';
import type { Configuration } from '../model/configuration.ts';
import { aboutFile, type Complaint } from './complaint.ts';
import { maximumBytes, readDocument } from './document.ts';
import { check } from './issues.ts';
import { configurationSchema } from './schema/configuration.ts';

export type ReadConfiguration = { readonly configuration: Configuration } | { readonly complaints: readonly Complaint[] };

/** Turns the text of a configuration file into checked settings in final units, or says everything that is wrong with it. `file` is only its name. */
export function readConfiguration(text: string, file: string): ReadConfiguration {
  const read = readDocument(text, file);
  if ('complaints' in read) return read;
  const checked = check(configurationSchema, read.document);
  return 'value' in checked ? { configuration: checked.value } : checked;
}

/** The same from the disk. A file that cannot be read is a complaint too, never an exception. */
export function readConfigurationFile(path: string): ReadConfiguration {
  const loaded = loadText(path);
  return 'complaint' in loaded ? { complaints: [loaded.complaint] } : readConfiguration(loaded.text, path);
}

/** Reads a small text file that a person wrote; says why it cannot. */
export function loadText(path: string): { readonly text: string } | { readonly complaint: Complaint } {
  const refuse = (problem: string, cure: string): { complaint: Complaint } => ({ complaint: aboutFile(path, problem, cure) });
  try {
    const status = statSync(path);
    if (!status.isFile()) return refuse(status.isDirectory() ? 'it is a directory' : 'it is not a regular file', 'name the file itself');
    if (status.size > maximumBytes) return refuse(`the file has ${status.size} bytes, more than the allowed ${maximumBytes} (64 KiB)`, 'shorten it');
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    const known = whyUnreadable[code];
    return known === undefined ? refuse(`the file cannot be read (${code === '' ? String(error) : code})`, 'check the path and its mount') : refuse(...known);
  }
}

const whyUnreadable: Readonly<Record<string, readonly [problem: string, cure: string]>> = {
  ENOENT: ['there is no such file', 'check the path; in a pod, check that the ConfigMap is mounted there'],
  ENOTDIR: ['a part of the path is not a directory', 'check the path'],
  EACCES: ['this user may not read the file', 'give it read permission'],
  ELOOP: ['its symbolic links go in a circle', 'correct the links'],
  ENAMETOOLONG: ['the path is too long', 'check the path'],
  ERR_ENCODING_INVALID_ENCODED_DATA: ['the file is not UTF-8 text', 'save it as UTF-8'],
};
