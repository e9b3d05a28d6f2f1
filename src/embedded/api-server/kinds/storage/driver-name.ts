import type { Cause } from '../../refusal.ts';
import { invalid, required, tooLong } from '../causes.ts';
import { wrongSubdomain } from '../syntax.ts';

/** The name of a CSI driver, where an object refers to one. */
export function checkDriverName(name: string, path: string): Cause[] {
  if (name === '') return [required(path)];
  return [...(name.length > 63 ? [tooLong(path, 63)] : []), ...wrongSubdomain(name.toLowerCase()).map((problem) => invalid(path, name, problem))];
}
