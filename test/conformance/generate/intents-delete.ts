import type { Intent, IntentsOf } from './intent.ts';
import { type Known, field } from './knowledge.ts';
import { type Move, type Scene, First, foreignUID, isDeleting, uidAt, versionAt } from './scene.ts';

/** delete, and what may be done to an object that is on its way out. */
export const deleteIntents: IntentsOf = ({ resource, specimen }) => [
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, scene.some(), 'delete') },
  { verb: 'delete', code: 200, plan: (scene) => withPreconditions(scene) },
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, scene.some(), 'delete with a policy', { propagationPolicy: scene.random.pick(['Background', 'Foreground', 'Orphan']) }) },
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, held(scene), 'delete of what a finalizer holds') },
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, leaving(scene), 'delete once more') },
  ...(resource === 'pods' ? graceful : []),
  { verb: 'delete', code: 404, plan: (scene) => ({ ...remove(scene, { short: scene.free() }, 'delete of what is not there') }) },
  { verb: 'delete', code: 409, plan: (scene) => remove(scene, scene.some(), 'delete with a foreign UID', { preconditions: { uid: foreignUID } }) },
  { verb: 'delete', code: 409, plan: (scene) => staleVersion(scene) },
  ...(resource === 'namespaces' ? [] : afterDeletion),
  ...(specimen.resource.namespaced ? [inLeavingNamespace] : []),
];

const remove = (scene: Scene, { short }: Pick<Known, 'short'>, title: string, options?: object): Move => ({
  short,
  draft: scene.draft('delete', { title, method: 'DELETE', path: scene.reference.object(short), ...(options === undefined ? {} : { body: { kind: 'value', value: { apiVersion: 'v1', kind: 'DeleteOptions', ...options } } }) }),
});

function withPreconditions(scene: Scene): Move {
  const known = scene.some();
  const answer = known.answers.at(-1);
  return remove(scene, known, 'delete with preconditions that hold', { preconditions: scene.random.pick([{ uid: uidAt(answer) }, { resourceVersion: versionAt(answer) }, { uid: uidAt(answer), resourceVersion: versionAt(answer) }]) });
}

function staleVersion(scene: Scene): Move {
  const known = scene.old();
  return remove(scene, known, 'delete with an old version', { preconditions: { uid: uidAt(known.answers.at(-1)), resourceVersion: versionAt(known.answers.at(-2)) } });
}

/** An object with a finalizer of ours. */
function held(scene: Scene): Known {
  const isHeld = ({ object }: Known): boolean => ((field(object, 'metadata', 'finalizers') ?? []) as unknown[]).includes('evenkeel.dev/hold');
  const found = scene.knowledge.all(scene.resource).find((known) => isHeld(known) && !isDeleting(known));
  if (found !== undefined) return scene.some(isHeld);
  throw new First(scene.patch(scene.some().short, 'merge patch', { title: 'finalizer put on', body: { metadata: { finalizers: ['evenkeel.dev/hold'] } } }));
}

/** An object that was deleted and is still there. */
function leaving(scene: Scene): Known {
  const found = scene.knowledge.all(scene.resource).find(isDeleting);
  if (found === undefined) throw new First(remove(scene, held(scene), 'delete of what a finalizer holds'));
  if (found.changed) throw new First(scene.reading(found.short));
  return found;
}

/** Pods are given time. */
const graceful: readonly Intent[] = [
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, bound(scene), 'delete of a bound pod') },
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, bound(scene), 'delete with a grace period', { gracePeriodSeconds: scene.random.pick([5, 100]) }) },
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, scene.random.chance(0.5) ? bound(scene) : leaving(scene), 'delete without grace', { gracePeriodSeconds: 0 }) },
  { verb: 'delete', code: 200, plan: (scene) => remove(scene, leaving(scene), 'delete once more with another grace period', { gracePeriodSeconds: scene.random.pick([1, 500]) }) },
  { verb: 'delete', code: 409, plan: (scene) => remove(scene, bound(scene), 'delete of a bound pod with a foreign UID', { gracePeriodSeconds: 0, preconditions: { uid: foreignUID } }) },
];

const bound = (scene: Scene): Known => scene.some(({ object }) => field(object, 'spec', 'nodeName') !== undefined);

const afterDeletion: readonly Intent[] = [
  { verb: 'merge patch', code: 422, plan: (scene) => scene.patch(leaving(scene).short, 'merge patch', { title: 'finalizer put on after the deletion', body: { metadata: { finalizers: ['evenkeel.dev/hold', 'evenkeel.dev/late'] } } }) },
  { verb: 'merge patch', code: 200, plan: (scene) => scene.patch(leaving(scene).short, 'merge patch', { title: 'last finalizer taken off', body: { metadata: { finalizers: null } } }) },
];

/** A namespace that is being deleted takes nothing new. */
const inLeavingNamespace: Intent = {
  verb: 'create',
  code: 403,
  plan: (scene) => {
    const namespaces = scene.neighbour('namespaces');
    const { short } = leaving(namespaces);
    const extra = { metadata: { namespace: `{{tag}}-${short}` }, ...(scene.resource === 'events' ? { involvedObject: { namespace: `{{tag}}-${short}` } } : {}) };
    const { draft } = scene.creation(scene.free(), extra);
    return { draft: { ...draft, title: 'create in a namespace that is being deleted', path: draft.path.replace('{{tag}}', `{{tag}}-${short}`) } };
  },
};
