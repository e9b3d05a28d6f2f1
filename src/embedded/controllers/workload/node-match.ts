import type { Taint, Toleration } from '../../../model/cluster.ts';
import { selects } from '../../../model/labels.ts';
import { readRequirement } from '../../../model/selector.ts';
import type { Requirement as Checked } from '../../../model/configuration.ts';
import type { Node, NodeSelectorTerm, PodSpec, Requirement, Words } from './objects.ts';

/** True when the node has the labels that `nodeSelector` and the required node affinity ask for. */
export function matchesNode({ nodeSelector, affinity }: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (nodeSelector !== undefined && !Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesTerm(term, labels, node.metadata.name));
}

/** True when all requirements of the term hold. A term without any matches nothing. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, labels: Words, name: string): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return matchFields.every((field) => isNamed(field, name)) && matchExpressions.every((expression) => holds(expression, labels));
}

/** `metadata.name` is the only field there is. Names may be longer than label values, so they are compared here. */
const isNamed = ({ operator, values = [] }: Requirement, name: string): boolean =>
  (operator === 'In' && values.includes(name)) || (operator === 'NotIn' && !values.includes(name));

function holds(requirement: Requirement, labels: Words): boolean {
  const checked = checkedOf(requirement);
  return checked !== undefined && selects({ requirements: [checked] }, labels);
}

const known = new WeakMap<object, Checked | undefined>();

function checkedOf(requirement: Requirement): Checked | undefined {
  if (known.has(requirement)) return known.get(requirement);
  const result = readRequirement(requirement);
  const checked = typeof result === 'string' ? undefined : result;
  known.set(requirement, checked);
  return checked;
}

export const tolerates = ({ key = '', operator = 'Equal', value = '', effect = '' }: Toleration, taint: Taint): boolean =>
  (effect === '' || effect === taint.effect)
  && (key === '' ? operator === 'Exists' : key === taint.key)
  && (operator === 'Exists' || (operator === 'Equal' && value === (taint.value ?? '')));

/** The first taint with one of these effects that nothing tolerates. */
export const untolerated = (taints: readonly Taint[], tolerations: readonly Toleration[], effects: readonly string[]): Taint | undefined =>
  taints.find((taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)));
