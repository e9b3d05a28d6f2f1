import { type Token, tokensOf } from './tokens.ts';

/** An expression of the part of CEL that is understood here. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'variable'; readonly name: 'self' | 'oldSelf' }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'has'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'choice'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'binary'; readonly sign: string; readonly left: Expression; readonly right: Expression };

/** Functions, called as `size(x)` or `x.size()`, with the number of arguments that they take. */
export const functions: Readonly<Record<string, number>> = { size: 1, duration: 1, timestamp: 1, string: 1, startsWith: 2, endsWith: 2, contains: 2, matches: 2 };

class NotUnderstood extends Error {}

/** Reads a rule; undefined when it needs more of CEL than is understood here (macros over lists, maps, indices, other functions). */
export function readExpression(source: string): Expression | undefined {
  const tokens = tokensOf(source);
  if (tokens === undefined) return undefined;
  try {
    const reader = new Reader(tokens);
    const read = reader.choice();
    return reader.next.kind === 'end' ? read : undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

/** From the loosest to the tightest. */
const levels = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+', '-']];

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  choice(): Expression {
    const condition = this.#binary(0);
    if (!this.#takes('?')) return condition;
    const yes = this.choice();
    this.#expects(':');
    return { kind: 'choice', condition, yes, no: this.choice() };
  }

  #binary(level: number): Expression {
    const signs = levels[level];
    if (signs === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const sign = signs.find((each) => this.#takes(each));
      if (sign === undefined) return left;
      left = { kind: 'binary', sign, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    if (this.#takes('!')) return { kind: 'not', of: this.#unary() };
    if (this.#takes('-')) return { kind: 'binary', sign: '-', left: { kind: 'literal', value: 0 }, right: this.#unary() };
    let read = this.#primary();
    while (this.#takes('.')) {
      const name = this.#name();
      read = this.#takes('(') ? this.#call(name, [read]) : { kind: 'member', of: read, name };
    }
    return read;
  }

  #primary(): Expression {
    const token = this.next;
    this.#at += 1;
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'literal', value: token.text };
    if (token.text === '[') return { kind: 'list', items: this.#until(']') };
    if (token.text === '(') {
      const read = this.choice();
      this.#expects(')');
      return read;
    }
    if (token.kind !== 'name') throw new NotUnderstood();
    return this.#word(token.text);
  }

  #word(word: string): Expression {
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    if (word === 'null') return { kind: 'literal', value: null };
    if (word === 'self' || word === 'oldSelf') return { kind: 'variable', name: word };
    this.#expects('(');
    if (word !== 'has') return this.#call(word, []);
    const [argument, ...others] = this.#until(')');
    if (argument?.kind !== 'member' || others.length > 0) throw new NotUnderstood();
    return { kind: 'has', of: argument.of, name: argument.name };
  }

  #call(name: string, receiver: readonly Expression[]): Expression {
    const all = [...receiver, ...this.#until(')')];
    if (functions[name] !== all.length) throw new NotUnderstood();
    return { kind: 'call', name, arguments: all };
  }

  /** Expressions between commas, up to this sign. */
  #until(sign: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#takes(sign)) {
      if (items.length > 0) this.#expects(',');
      items.push(this.choice());
    }
    return items;
  }

  #name(): string {
    const { kind, text } = this.next;
    if (kind !== 'name') throw new NotUnderstood();
    this.#at += 1;
    return text;
  }

  #takes(sign: string): boolean {
    const { kind, text } = this.next;
    const found = text === sign && (kind === 'sign' || sign === 'in');
    if (found) this.#at += 1;
    return found;
  }

  #expects(sign: string): void {
    if (!this.#takes(sign)) throw new NotUnderstood();
  }
}

/** Whether a rule compares with what was there before: then it holds only for changes. */
export function usesOldSelf(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return false;
    case 'variable':
      return expression.name === 'oldSelf';
    case 'list':
      return expression.items.some(usesOldSelf);
    case 'call':
      return expression.arguments.some(usesOldSelf);
    case 'member':
    case 'has':
    case 'not':
      return usesOldSelf(expression.of);
    case 'choice':
      return [expression.condition, expression.yes, expression.no].some(usesOldSelf);
    case 'binary':
      return usesOldSelf(expression.left) || usesOldSelf(expression.right);
  }
}
