import type { Resource } from '../../../kube/paths.ts';
import type { Condition } from '../node-and-pod.ts';

/** An object that is still in the namespace. */
export interface Left {
  readonly resource: Resource;
  readonly finalizers: readonly string[];
}

/** The five conditions of a namespace that is taken down, in the words of kube-controller-manager; one keeps its time while its status stays. */
export function conditionsFor(left: readonly Left[], before: readonly Condition[], at: string): readonly Condition[] {
  const wanted = [
    fine('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    fine('NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    fine('NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
    contentRemaining(left),
    finalizersRemaining(left),
  ];
  return wanted.map((condition) => {
    const same = before.find(({ type }) => type === condition.type);
    return { ...condition, lastTransitionTime: same?.status === condition.status ? (same.lastTransitionTime ?? at) : at };
  });
}

const fine = (type: string, reason: string, message: string): Condition => ({ type, status: 'False', reason, message });

function contentRemaining(left: readonly Left[]): Condition {
  const type = 'NamespaceContentRemaining';
  if (left.length === 0) return fine(type, 'ContentRemoved', 'All content successfully removed');
  const kinds = count(left.map(({ resource }) => `${resource.plural}.${resource.group}`)).map(([kind, number]) => `${kind} has ${number} resource instances`);
  return { type, status: 'True', reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${kinds.join(', ')}` };
}

function finalizersRemaining(left: readonly Left[]): Condition {
  const type = 'NamespaceFinalizersRemaining';
  const finalizers = count(left.flatMap((each) => each.finalizers)).map(([finalizer, number]) => `${finalizer} in ${number} resource instances`);
  if (finalizers.length === 0) return fine(type, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished');
  return { type, status: 'True', reason: 'SomeFinalizersRemain', message: `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}` };
}

function count(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
}
