import { field } from '../../../src/model/node-selector.ts';

/** A string of an object that came as JSON; empty when there is none. */
export function textOf(object: unknown, name: string): string {
  const value = field(object, name);
  return typeof value === 'string' ? value : '';
}
