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

/**
 * Makes a table of shared values. Equal means equal JSON: the API server writes maps with sorted keys. The usual size is enough
 * for 10,000 workloads with labels, owners, containers and constraints of their own.
 */
export function sharing(limits: SharingLimits = { entries: 60_000, length: 1_024 }): Sharing {
  const texts = new Map<string, string>();
  const seen = new Map<string, unknown>();
  return <T>(value: T): T => {
    if (typeof value === 'string') return remember(texts, value, value, limits) as T;
    const key = JSON.stringify(value) as string | undefined;
    return key === undefined ? value : (remember(seen, key, value, limits) as T);
  };
}

function remember<T>(table: Map<string, T>, key: string, value: T, { entries, length }: SharingLimits): T {
  if (key.length > length) return value;
  const known = table.get(key);
  if (known !== undefined) return known;
  if (table.size >= entries) table.clear();
  table.set(key, Object.freeze(value));
  return value;
}

/** Shares nothing: for a single object that is read, used and forgotten. */
export const unshared: Sharing = (value) => value;
