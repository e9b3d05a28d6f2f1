import { isMap } from '../sequence/resolve.ts';
import type { Intent, IntentsOf } from './intent.ts';
import { versioned } from './intents-patch.ts';
import { put } from './intents-write.ts';
import { type Move, type Scene, foreignUID } from './scene.ts';
import type { Change } from '../kinds/specimen.ts';

/** The subresource status: reading, replacing and patching it, and that nothing else comes with it. */
export const statusIntents: IntentsOf = ({ specimen }) => {
  if (!specimen.status) return [];
  const refused = Object.entries(specimen.refusedStatus ?? {});
  return [
    { verb: 'status get', code: 200, plan: (scene) => reading(scene, scene.some().short) },
    { verb: 'status get', code: 404, plan: (scene) => reading(scene, scene.free()) },
    { verb: 'status put', code: 200, plan: (scene) => put(scene, scene.some(), { title: 'put of the status', part: '/status', change: change(scene) }) },
    { verb: 'status put', code: 200, plan: (scene) => put(scene, scene.some(), { title: 'put of the status with another spec', part: '/status', change: withSpec(scene) }) },
    { verb: 'status put', code: 409, plan: stalePut },
    { verb: 'status put', code: 404, plan: putMissing },
    ...refused.map(([title, body]): Intent => ({ verb: 'status put', code: 422, plan: (scene) => put(scene, scene.some(), { title: `put of the status: ${title}`, part: '/status', change: body }) })),
    ...(['status merge patch', 'status strategic patch'] as const).flatMap((verb): readonly Intent[] => (verb === 'status strategic patch' && !specimen.strategic ? [] : [...patches(verb, refused), foreign(verb, specimen.strategic ? 422 : 200)])),
    { verb: 'status JSON patch', code: 200, plan: (scene) => scene.patch(scene.some().short, 'status JSON patch', { title: 'JSON patch of the status', part: '/status', body: [{ op: 'add', path: '/status', value: change(scene)['status'] }] }) },
    { verb: 'status JSON patch', code: 404, plan: (scene) => scene.patch(scene.free(), 'status JSON patch', { title: 'JSON patch of the status of what is not there', part: '/status', body: [{ op: 'add', path: '/status', value: {} }] }) },
    { verb: 'status JSON patch', code: 422, plan: (scene) => scene.patch(scene.some().short, 'status JSON patch', { title: 'JSON patch of the status whose test fails', part: '/status', body: [{ op: 'test', path: '/status/nothing', value: 1 }] }) },
  ];
};

const patches = (verb: 'status merge patch' | 'status strategic patch', refused: readonly [string, Change][]): readonly Intent[] => [
  { verb, code: 200, plan: (scene) => scene.patch(scene.some().short, verb, { title: verb, part: '/status', body: change(scene) }) },
  { verb, code: 200, plan: (scene) => scene.patch(scene.some().short, verb, { title: `${verb} with another spec`, part: '/status', body: withSpec(scene) }) },
  { verb, code: 200, plan: (scene) => current(scene, verb) },
  { verb, code: 409, plan: (scene) => stale(scene, verb) },
  { verb, code: 404, plan: (scene) => scene.patch(scene.free(), verb, { title: `${verb} of what is not there`, part: '/status', body: change(scene) }) },
  ...refused.map(([title, body]): Intent => ({ verb, code: 422, plan: (scene) => scene.patch(scene.some().short, verb, { title: `${verb}: ${title}`, part: '/status', body }) })),
];

/** Of a custom resource's metadata a status request changes nothing. */
const foreign = (verb: 'status merge patch' | 'status strategic patch', code: number): Intent =>
  ({ verb, code, plan: (scene) => scene.patch(scene.some().short, verb, { title: `${verb} with a foreign UID`, part: '/status', body: { ...change(scene), metadata: { uid: foreignUID } } }) });

const reading = (scene: Scene, short: string): Move => ({ short, draft: scene.draft('status get', { title: 'get of the status', path: `${scene.reference.object(short)}/status` }) });

const change = ({ specimen, random }: Scene): Change => specimen.statusChanges?.(random) ?? { status: {} };

/** Labels and spec in a request about the status are left aside; so are finalizers. */
function withSpec(scene: Scene): Change {
  const spec = scene.specimen.changes(scene.random);
  const metadata = isMap(spec['metadata']) ? spec['metadata'] : {};
  return { ...spec, ...change(scene), metadata: { ...metadata, labels: { color: 'green' }, annotations: { status: 'only' } } };
}

function stalePut(scene: Scene): Move {
  const known = scene.old();
  return put(scene, known, { title: 'put of the status with an old version', part: '/status', change: change(scene), answer: known.answers.at(-2) });
}

function putMissing(scene: Scene): Move {
  const short = scene.free();
  const { draft } = scene.creation(short);
  return { short, draft: { ...draft, verb: 'status put', method: 'PUT', title: 'put of the status of what is not there', path: `${scene.reference.object(short)}/status` } };
}

function current(scene: Scene, verb: 'status merge patch' | 'status strategic patch'): Move {
  const { short, answers } = scene.some();
  return scene.patch(short, verb, { title: `${verb} with the current version`, part: '/status', body: versioned(change(scene), answers.at(-1)) });
}

function stale(scene: Scene, verb: 'status merge patch' | 'status strategic patch'): Move {
  const { short, answers } = scene.old();
  return scene.patch(short, verb, { title: `${verb} with an old version`, part: '/status', body: versioned(change(scene), answers.at(-2)) });
}
