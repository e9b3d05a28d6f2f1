/** Steps of a simple JSONPath: `.spec.nodeName`, `.status.conditions[0].type`, `.metadata.labels['a\.b']`, `.status.conditions[?(@.type=="Ready")].status`. */
export type Path = readonly Step[];

type Step = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'index'; readonly index: number } | { readonly kind: 'where'; readonly name: string; readonly value: string };

const step = /\.(?<name>(?:\\.|[^.[\]\\])+)|\[(?<index>-?\d+)\]|\[['"](?<key>[^'"\]]+)['"]\]|\[\?\(@\.(?<where>[\w-]+)\s*==\s*['"](?<value>[^'"]*)['"]\)\]/uy;

/** Reads one; undefined when it is more than that. */
export function readPath(text: string): Path | undefined {
  const source = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  const search = new RegExp(step);
  const steps: Step[] = [];
  while (search.lastIndex < source.length) {
    const found = search.exec(source)?.groups;
    if (found === undefined) return undefined;
    const { name, index, key, where, value = '' } = found;
    if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (where !== undefined) steps.push({ kind: 'where', name: where, value });
    else steps.push({ kind: 'name', name: (name ?? key ?? '').replace(/\\(.)/gu, '$1') });
  }
  return steps.length === 0 ? undefined : steps;
}

/** The value there; undefined when there is none. */
export function follow(path: Path, object: unknown): unknown {
  return path.reduce<unknown>((value, each) => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (each.kind === 'name') return Object.hasOwn(value, each.name) ? (value as Record<string, unknown>)[each.name] : undefined;
    if (!Array.isArray(value)) return undefined;
    const items = value as unknown[];
    return each.kind === 'index' ? items.at(each.index) : items.find((item) => typeof item === 'object' && item !== null && (item as Record<string, unknown>)[each.name] === each.value);
  }, object);
}
