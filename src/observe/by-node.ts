/** Objects by the node they are on, kept up to date by single changes: nobody walks 150,000 pods to find thirty. */
export interface ByNode<R> {
  change(key: string, now: R | undefined, before: R | undefined): void;
  on(node: string): Iterable<R>;
}

export function byNode<R>(nodeOf: (record: R) => string): ByNode<R> {
  const index = new Map<string, Map<string, R>>();
  return {
    change(key, now, before) {
      const left = before === undefined ? undefined : nodeOf(before);
      const joined = now === undefined ? undefined : nodeOf(now);
      if (left !== undefined && left !== joined) remove(index, left, key);
      if (joined === undefined || joined === '' || now === undefined) return;
      const there = index.get(joined) ?? new Map<string, R>();
      there.set(key, now);
      index.set(joined, there);
    },
    on: (node) => index.get(node)?.values() ?? [],
  };
}

function remove<R>(index: Map<string, Map<string, R>>, node: string, key: string): void {
  const there = index.get(node);
  there?.delete(key);
  if (there?.size === 0) index.delete(node);
}
