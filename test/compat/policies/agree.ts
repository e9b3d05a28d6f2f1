import { instant } from '../../../src/model/time.ts';
import type { CaseObjects, Outcome } from '../case.ts';
import { differences } from '../differences.ts';
import { runOurs } from '../ours.ts';
import { runReference } from '../reference/run.ts';
import type { Stub } from '../reference/stub.ts';
import type { WrittenCase } from './written.ts';

/** What the two say of a policy, and why that is not the same; `undefined` when they agree, or differ as the documentation says. */
export interface Opinion {
  readonly given: WrittenCase;
  readonly reference: Outcome;
  readonly ours: Outcome;
  readonly disagreement: string | undefined;
}

export async function judgePolicy({ binary, stub }: { readonly binary: string; readonly stub: Stub }, given: WrittenCase): Promise<Opinion> {
  const reference = await runReference(binary, stub, { id: given.id, policy: given.text, objects });
  const ours = await runOurs({ policy: given.text, objects }, instant(Date.now()));
  const known = differences.some(({ explains }) => explains?.(given.text, { reference, ours }) === true);
  return { given, reference, ours, disagreement: known ? undefined : disagreement(reference, ours) };
}

function disagreement(reference: Outcome, ours: Outcome): string | undefined {
  if (reference.kind === 'refused' && ours.kind === 'refused') {
    const unnamed = namedFields(reference.because).filter((field) => !ours.because.includes(field));
    return unnamed.length === 0 ? undefined : `evenkeel does not name ${unnamed.join(', ')}`;
  }
  if (reference.kind === ours.kind) return undefined;
  return reference.kind === 'refused' ? 'only the reference refuses it' : 'only evenkeel refuses it';
}

/** The fields that a message of the reference names: `unknown field "a.b"`, or `Go struct field PodLifeTimeArgs.states`. */
function namedFields(because: string): string[] {
  const unknown = [...because.matchAll(/unknown field \\"([^"\\]+)\\"/gu)].map((match) => match[1] ?? '');
  const typed = [...because.matchAll(/Go struct field \S*?\.(\w+) of type/gu)].map((match) => match[1] ?? '');
  return [...unknown, ...typed];
}

/** Just enough that a cycle takes place. */
const objects: CaseObjects = {
  nodes: ['n1', 'n2'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name, resourceVersion: '1' }, spec: {}, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '20' } } })),
  pods: [],
  namespaces: [],
  persistentvolumeclaims: [],
  poddisruptionbudgets: [],
  priorityclasses: [{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'class-300', uid: 'class', resourceVersion: '1' }, value: 300 }],
};
