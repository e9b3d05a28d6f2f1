import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import type { Requirement } from '../../model/configuration.ts';
import { selects } from '../../model/labels.ts';
import { readRequirement } from '../../model/selector.ts';

/** `unsure`: no term matched and at least one could not be read. Callers differ in what they make of it. */
export type NodeMatch = 'yes' | 'no' | 'unsure';

/** Whether the pod itself asks for this node: its nodeSelector and its required node affinity. */
export function matchesNode(pod: PodRecord, node: NodeRecord): NodeMatch {
  for (const [key, value] of Object.entries(pod.nodeSelector ?? {})) if (node.labels[key] !== value) return 'no';
  const terms = requiredTerms(pod);
  if (terms === undefined) return 'yes';
  let unsure = false;
  for (const term of terms) {
    const says = term === undefined ? 'unsure' : matchesTerm(term, node);
    if (says === 'yes') return 'yes';
    if (says === 'unsure') unsure = true;
  }
  return unsure ? 'unsure' : 'no';
}

/** One term of a required node affinity; `undefined` stands for one that cannot be read. */
interface Term {
  readonly expressions: readonly Requirement[];
  readonly fields: readonly Requirement[];
}

/** The required node affinity as written, for callers that compare pods by it. */
export function requiredNodeAffinity(pod: PodRecord): unknown {
  return field(field(pod.affinity, 'nodeAffinity'), 'requiredDuringSchedulingIgnoredDuringExecution') ?? undefined;
}

const readAffinities = new WeakMap<object, readonly (Term | undefined)[]>();

function requiredTerms(pod: PodRecord): readonly (Term | undefined)[] | undefined {
  const required = requiredNodeAffinity(pod);
  if (typeof required !== 'object' || required === null) return undefined;
  const before = readAffinities.get(required);
  if (before !== undefined) return before;
  const raw = field(required, 'nodeSelectorTerms');
  const terms = Array.isArray(raw) ? raw.map(readTerm) : [];
  readAffinities.set(required, terms);
  return terms;
}

function readTerm(raw: unknown): Term | undefined {
  const expressions = readAll(field(raw, 'matchExpressions'), readRequirement);
  const fields = readAll(field(raw, 'matchFields'), readNameRequirement);
  return expressions === undefined || fields === undefined ? undefined : { expressions, fields };
}

function readAll(raw: unknown, read: (each: unknown) => Requirement | string): readonly Requirement[] | undefined {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) return undefined;
  const all = raw.map(read);
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

function matchesTerm({ expressions, fields }: Term, node: NodeRecord): NodeMatch {
  // An empty term matches nothing: Kubernetes treats it as a mistake, not as a wildcard.
  if (expressions.length + fields.length === 0) return 'no';
  return selects({ requirements: expressions }, node.labels) && selects({ requirements: fields }, { [nameField]: node.name }) ? 'yes' : 'no';
}

/** `object[name]` of a value that came as JSON and may be anything. */
export function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}
