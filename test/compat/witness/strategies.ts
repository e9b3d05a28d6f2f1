import type { View } from './ground.ts';
import { removeDuplicates } from './remove-duplicates.ts';
import type { Witness } from './witness.ts';

/** The rules of each strategy, by its name in policies. */
export const witnesses: Readonly<Record<string, (view: View, args: object) => Witness>> = {
  RemoveDuplicates: removeDuplicates,
};
