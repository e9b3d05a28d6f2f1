export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
}

const form = /\s+|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>[0-9]+(?:\.[0-9]+)?)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>&&|\|\||==|!=|<=|>=|[-+*/%!<>()[\].,?:{}])/uy;

/** Splits an expression; undefined when there is something that is no word of the language. */
export function tokensOf(source: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const search = new RegExp(form);
  while (search.lastIndex < source.length) {
    const found = search.exec(source)?.groups;
    if (found === undefined) return undefined;
    if (found['name'] !== undefined) tokens.push({ kind: 'name', text: found['name'] });
    if (found['number'] !== undefined) tokens.push({ kind: 'number', text: found['number'] });
    if (found['text'] !== undefined) tokens.push({ kind: 'text', text: found['text'].slice(1, -1).replace(/\\(.)/gu, '$1') });
    if (found['sign'] !== undefined) tokens.push({ kind: 'sign', text: found['sign'] });
  }
  return [...tokens, { kind: 'end', text: '' }];
}
