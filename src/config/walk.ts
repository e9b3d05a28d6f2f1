import { isAlias, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { Path } from './complaint.ts';

export interface WalkProblem {
  readonly path: Path;
  readonly offset: number;
  readonly problem: string;
  readonly cure: string;
}

/** Offsets of keys and values; of the nearest existing ancestor when there is none. */
export interface Places {
  key(path: Path): number;
  value(path: Path): number;
}

export interface Walked {
  readonly value: unknown;
  readonly places: Places;
  readonly problems: readonly WalkProblem[];
}

/** Turns parsed nodes into plain values, keeps their places, and refuses what YAML allows but a configuration does not need. */
export function walk(contents: ParsedNode | null): Walked {
  const state: State = { keys: new Map(), values: new Map(), problems: [] };
  const value = visit(contents, [], state);
  const find = (offsets: readonly Map<string, number>[], path: Path): number => {
    for (let length = path.length; length >= 0; length -= 1) {
      const name = JSON.stringify(path.slice(0, length));
      const found = offsets.map((each) => each.get(name)).find((offset) => offset !== undefined);
      if (found !== undefined) return found;
    }
    return 0;
  };
  // A missing setting is placed at the key of the block that lacks it, which is easier to find than its first value.
  const places: Places = { key: (path) => find([state.keys, state.values], path), value: (path) => (state.values.has(JSON.stringify(path)) ? find([state.values], path) : find([state.keys, state.values], path)) };
  return { value, places, problems: state.problems };
}

interface State {
  readonly keys: Map<string, number>;
  readonly values: Map<string, number>;
  readonly problems: WalkProblem[];
}

const maximumDepth = 20;

function visit(node: ParsedNode | null, path: Path, state: State): unknown {
  if (node === null) return null;
  const offset = node.range[0];
  state.values.set(JSON.stringify(path), offset);
  const refuse = (problem: string, cure: string): undefined => void state.problems.push({ path, offset, problem, cure });
  if (isAlias(node)) return refuse(`the alias *${node.source} stands for another part of the file`, 'write the value itself');
  if (node.anchor !== undefined) return refuse(`the anchor &${node.anchor} has no use here`, 'remove it');
  if (node.tag !== undefined) return refuse(`the tag ${node.tag.replace('tag:yaml.org,2002:', '!!')} is not allowed`, 'remove it; write text in quotes');
  if (path.length > maximumDepth) return refuse('the blocks are nested too deeply', 'remove the nesting');
  if (isScalar(node)) return scalar(node, refuse);
  if (isSeq(node)) return node.items.map((item, index) => visit(item as ParsedNode | null, [...path, index], state));
  return visitMap(node, path, state);
}

type Refuse = (problem: string, cure: string) => undefined;

function scalar({ value, source }: Scalar.Parsed, refuse: Refuse): unknown {
  if (typeof value === 'number' && !/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/u.test(source)) {
    return refuse(`${source} is a number that readers understand differently`, Number.isFinite(value) ? `write ${value}, or "${source}" in quotes if text is meant` : 'write a finite number');
  }
  // oxlint-disable-next-line no-control-regex -- an escape such as "\0" gets past the check of the text
  if (typeof value === 'string' && /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/u.test(value)) return refuse('the text contains a control character', 'remove it');
  return value;
}

/** These would reach the prototype of whatever object they are copied into. */
const treacherous = new Set(['__proto__', 'constructor', 'prototype']);

function visitMap(node: YAMLMap.Parsed, path: Path, state: State): unknown {
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of node.items) {
    const name = readKey(key, path, state);
    if (name === undefined) continue;
    const inner = [...path, name];
    const id = JSON.stringify(inner);
    const first = state.keys.get(id);
    if (first !== undefined) state.problems.push({ path: inner, offset: key?.range[0] ?? 0, problem: 'the key is written twice', cure: 'keep one of them' });
    if (first !== undefined) continue;
    state.keys.set(id, key?.range[0] ?? node.range[0]);
    object[name] = visit(value, inner, state);
  }
  return object;
}

function readKey(key: ParsedNode | null, path: Path, state: State): string | undefined {
  const offset = key?.range[0] ?? 0;
  const refuse = (problem: string, cure: string): undefined => void state.problems.push({ path, offset, problem, cure });
  if (!isScalar(key)) return refuse('a key is not a plain word', 'write a name and a colon');
  const value = visit(key, [...path, '(key)'], { ...state, keys: new Map(), values: new Map() });
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return refuse(`the key ${key.source} is not text`, `write "${key.source}" in quotes`);
  if (treacherous.has(value)) return refuse(`no such setting as ${value}`, 'remove it');
  return value;
}
