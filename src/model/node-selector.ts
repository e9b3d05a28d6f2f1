import type { NodeRecord } from './cluster.ts';
import type { Requirement } from './configuration.ts';
import { selects } from './labels.ts';
import { readRequirement } from './selector.ts';

/** `unsure`: no term matched and at least one could not be read. Callers differ in what they make of it. */
export type NodeMatch = 'yes' | 'no' | 'unsure';

/** One term of a node selector; `undefined` stands for one that cannot be read. */
interface Term {
  readonly expressions: readonly Requirement[];
  readonly fields: readonly Requirement[];
}

/** Whether a Kubernetes `NodeSelector` (of a pod's required affinity, of a volume) admits this node: one of its terms has to. */
export function admitsNode(selector: object, node: Pick<NodeRecord, 'name' | 'labels'>): NodeMatch {
  let unsure = false;
  for (const term of termsOf(selector)) {
    const says = term === undefined ? 'unsure' : matchesTerm(term, node);
    if (says === 'yes') return 'yes';
    if (says === 'unsure') unsure = true;
  }
  return unsure ? 'unsure' : 'no';
}

/** Thousands of pods share one selector: each is read once. */
const read = new WeakMap<object, readonly (Term | undefined)[]>();

function termsOf(selector: object): readonly (Term | undefined)[] {
  const before = read.get(selector);
  if (before !== undefined) return before;
  const raw = field(selector, 'nodeSelectorTerms');
  const terms = Array.isArray(raw) ? raw.map(readTerm) : [];
  read.set(selector, terms);
  return terms;
}

function readTerm(raw: unknown): Term | undefined {
  const expressions = readAll(field(raw, 'matchExpressions'), (each) => readRequirement(each));
  const fields = readAll(field(raw, 'matchFields'), readNameRequirement);
  return expressions === undefined || fields === undefined ? undefined : { expressions, fields };
}

function readAll(raw: unknown, readOne: (each: unknown) => Requirement | string): readonly Requirement[] | undefined {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) return undefined;
  const all = raw.map(readOne);
  return all.every((each) => typeof each !== 'string') ? all : undefined;
}

/** A field requirement can only name the node, with exactly one name (which may be longer than a label value). */
function readNameRequirement(raw: unknown): Requirement | string {
  const operator = field(raw, 'operator');
  const values = field(raw, 'values');
  const usable = field(raw, 'key') === nameField && (operator === 'In' || operator === 'NotIn') && Array.isArray(values) && values.length === 1;
  return usable ? { key: nameField, operator, values: [String(values[0])] } : 'only metadata.name with one value can be asked for';
}

const nameField = 'metadata.name';

function matchesTerm({ expressions, fields }: Term, node: Pick<NodeRecord, 'name' | 'labels'>): NodeMatch {
  // An empty term matches nothing: Kubernetes treats it as a mistake, not as a wildcard.
  if (expressions.length + fields.length === 0) return 'no';
  return selects({ requirements: expressions }, node.labels) && selects({ requirements: fields }, { [nameField]: node.name }) ? 'yes' : 'no';
}

/** `object[name]` of a value that came as JSON and may be anything. */
export function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}
