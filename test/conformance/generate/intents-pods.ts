import type { IntentsOf } from './intent.ts';
import { type Known, field } from './knowledge.ts';
import { type Move, type Scene, First, foreignUID, isDeleting, uidAt, versionAt } from './scene.ts';

/** Eviction, which asks budgets, and binding. */
export const podIntents: IntentsOf = ({ resource }) => (resource === 'pods' ? [...evictions, ...bindings] : []);

const evictions: ReturnType<IntentsOf> = [
  { verb: 'eviction', code: 201, plan: (scene) => evict(scene, scene.some((known) => !isGuarded(known)), 'eviction of a pod without a budget') },
  { verb: 'eviction', code: 201, plan: (scene) => evict(withBudget(scene, 2), guarded(scene), 'eviction that a budget allows') },
  { verb: 'eviction', code: 429, plan: (scene) => evict(withBudget(scene, 0), guarded(scene), 'eviction that a budget refuses') },
  { verb: 'eviction', code: 429, plan: (scene) => evict(withBudget(scene, 'unknown'), guarded(scene), 'eviction before the budget\'s status is known') },
  { verb: 'eviction', code: 404, plan: (scene) => evict(scene, { short: scene.free() }, 'eviction of what is not there') },
  { verb: 'eviction', code: 409, plan: (scene) => evict(scene, scene.some((known) => !isGuarded(known)), 'eviction with a foreign UID', { preconditions: { uid: foreignUID } }) },
  { verb: 'eviction', code: 409, plan: (scene) => evict(withBudget(scene, 1), guarded(scene), 'eviction that a budget allows, with a foreign UID', { preconditions: { uid: foreignUID } }) },
  { verb: 'eviction', code: 201, plan: (scene) => evictPrecisely(scene) },
  { verb: 'eviction', code: 400, plan: (scene) => evict(scene, scene.some(), 'eviction of another name', { name: 'another' }) },
];

const isGuarded = ({ object }: Known): boolean => field(object, 'metadata', 'labels', 'app') === 'guarded';

function evict(scene: Scene, { short }: Pick<Known, 'short'>, title: string, { name = short, ...options }: { name?: string; preconditions?: object; gracePeriodSeconds?: number } = {}): Move {
  const value = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: '{{tag}}' }, ...(Object.keys(options).length === 0 ? {} : { deleteOptions: options }) };
  return { short, draft: scene.draft('eviction', { title, method: 'POST', path: `${scene.reference.object(short)}/eviction`, body: { kind: 'value', value } }) };
}

function evictPrecisely(scene: Scene): Move {
  const known = scene.some((each) => !isGuarded(each));
  return evict(scene, known, 'eviction with preconditions that hold', { gracePeriodSeconds: 7, preconditions: { uid: uidAt(known.answers.at(-1)) } });
}

/** A running, ready pod under the budget. */
function guarded(scene: Scene): Known {
  const found = scene.knowledge.all('pods').find((known) => isGuarded(known) && !isDeleting(known));
  if (found === undefined) throw new First(scene.creation(scene.free(), { metadata: { labels: { app: 'guarded' } }, spec: { nodeName: '{{tag}}-a' } }));
  if (found.changed) throw new First(scene.reading(found.short));
  const conditions = (field(found.object, 'status', 'conditions') ?? []) as { type: string; status: string }[];
  const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  if (isReady && field(found.object, 'status', 'phase') === 'Running') return found;
  throw new First(scene.patch(found.short, 'status merge patch', { title: 'pod becomes ready', part: '/status', body: { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } } }));
}

/** Exactly one budget, that allows so many disruptions; with controllers away the sequence writes its status itself. */
function withBudget(scene: Scene, allowed: number | 'unknown'): Scene {
  const budgets = scene.neighbour('poddisruptionbudgets');
  const [budget, second] = scene.knowledge.all('poddisruptionbudgets').filter((known) => !isDeleting(known));
  if (second !== undefined) throw new First({ short: second.short, draft: budgets.draft('delete', { title: 'delete', method: 'DELETE', path: budgets.reference.object(second.short) }) });
  if (budget === undefined) throw new First(budgets.creation(budgets.free()));
  if (budget.changed) throw new First(budgets.reading(budget.short));
  const generation = Number(field(budget.object, 'metadata', 'generation') ?? 1);
  const counted = { currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 };
  const wanted = allowed === 'unknown' ? { ...counted, observedGeneration: generation - 1, disruptionsAllowed: 2 } : { ...counted, observedGeneration: generation, disruptionsAllowed: allowed };
  if (Object.entries(wanted).every(([name, value]) => (field(budget.object, 'status', name) ?? 0) === value)) return scene;
  throw new First(budgets.patch(budget.short, 'status merge patch', { title: 'budget is counted', part: '/status', body: { status: wanted } }));
}

const bindings: ReturnType<IntentsOf> = [
  { verb: 'binding', code: 201, plan: (scene) => bind(scene, unbound(scene), 'binding') },
  { verb: 'binding', code: 201, plan: (scene) => bindPrecisely(scene) },
  { verb: 'binding', code: 409, plan: (scene) => bind(scene, scene.some(({ object }) => field(object, 'spec', 'nodeName') !== undefined), 'binding of a bound pod') },
  { verb: 'binding', code: 409, plan: (scene) => bind(scene, unbound(scene), 'binding with a foreign UID', { metadata: { uid: foreignUID } }) },
  { verb: 'binding', code: 404, plan: (scene) => bind(scene, { short: scene.free() }, 'binding of what is not there') },
  { verb: 'binding', code: 500, plan: (scene) => bind(scene, unbound(scene), 'binding to a node without name', { target: { kind: 'Node' } }) },
  { verb: 'binding', code: 500, plan: (scene) => bind(scene, unbound(scene), 'binding to what is no node', { target: { kind: 'Service', name: 'a' } }) },
  { verb: 'binding', code: 400, plan: (scene) => bind(scene, unbound(scene), 'binding of another name', { metadata: { name: 'another' } }) },
];

/** Not bound yet; one is made where there is none. */
function unbound(scene: Scene): Known {
  const isUnbound = (known: Known): boolean => field(known.object, 'spec', 'nodeName') === undefined;
  const found = scene.knowledge.all('pods').some((known) => isUnbound(known) && !isDeleting(known));
  if (!found) throw new First(scene.creation(scene.free(), { spec: { nodeName: null } }));
  return scene.some(isUnbound);
}

function bindPrecisely(scene: Scene): Move {
  const known = unbound(scene);
  const answer = known.answers.at(-1);
  return bind(scene, known, 'binding of what was seen', { metadata: scene.random.pick([{ uid: uidAt(answer) }, { uid: uidAt(answer), resourceVersion: versionAt(answer) }]) });
}

function bind(scene: Scene, { short }: Pick<Known, 'short'>, title: string, wish: { metadata?: object; target?: object } = {}): Move {
  const value = { apiVersion: 'v1', kind: 'Binding', metadata: { name: short, namespace: '{{tag}}', ...wish.metadata }, target: wish.target ?? { apiVersion: 'v1', kind: 'Node', name: '{{tag}}-a' } };
  return { short, draft: scene.draft('binding', { title, method: 'POST', path: `${scene.reference.object(short)}/binding`, body: { kind: 'value', value } }) };
}
