/**
 * Gives back an equal value that was seen before, if there is one, so that 150,000 pods hold a few thousand label sets
 * instead of 150,000. Shared values are frozen.
 */
export type Sharing = <T>(value: T) => T;

export interface SharingLimits {
  /** How many different values are remembered; then the table starts anew. What was shared before stays shared. */
  readonly entries: number;
  /** Longest value, as JSON, that is worth remembering: 20,000 labels on one node are nobody else's. */
  readonly length: number;
}

/** Makes a table of shared values. Equal means equal JSON: the API server writes maps with sorted keys. */
export function sharing(limits: SharingLimits = { entries: 20_000, length: 1_024 }): Sharing {
  const seen = new Map<string, unknown>();
  return <T>(value: T): T => {
    const key = JSON.stringify(value) as string | undefined;
    if (key === undefined || key.length > limits.length) return value;
    const known = seen.get(key);
    if (known !== undefined) return known as T;
    if (seen.size >= limits.entries) seen.clear();
    seen.set(key, Object.freeze(value));
    return value;
  };
}

/** Shares nothing: for a single object that is read, used and forgotten. */
export const unshared: Sharing = (value) => value;
