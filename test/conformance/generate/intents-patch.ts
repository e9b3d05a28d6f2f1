import type { Change } from '../kinds/specimen.ts';
import { isMap } from '../sequence/resolve.ts';
import type { Intent, IntentsOf } from './intent.ts';
import { type Known, field } from './knowledge.ts';
import { type Move, type Scene, foreignUID, versionAt } from './scene.ts';

type PatchVerb = 'merge patch' | 'strategic patch' | 'JSON patch';

/** The three kinds of patch on the object itself. */
export const patchIntents: IntentsOf = ({ specimen }) => [
  ...(['merge patch', 'strategic patch'] as const).flatMap((verb) => (verb === 'strategic patch' && !specimen.strategic ? [unsupported] : mergeIntents(verb, specimen.refused))),
  ...jsonIntents,
  { verb: 'merge patch', code: 415, plan: (scene) => ofType(scene, 'application/json') },
  { verb: 'merge patch', code: 200, plan: (scene) => finalizers(scene) },
];

const mergeIntents = (verb: 'merge patch' | 'strategic patch', refused: Readonly<Record<string, Change>>): readonly Intent[] => [
  { verb, code: 200, plan: (scene) => scene.patch(scene.some().short, verb, { title: verb, body: scene.specimen.changes(scene.random) }) },
  { verb, code: 200, plan: (scene) => sameAgain(scene, verb) },
  { verb, code: 200, plan: (scene) => current(scene, verb) },
  { verb, code: 409, plan: (scene) => stale(scene, verb) },
  { verb, code: 422, plan: (scene) => scene.patch(scene.some().short, verb, { title: `${verb} with a foreign UID`, body: { metadata: { uid: foreignUID, annotations: { a: 'b' } } } }) },
  ...Object.entries(refused).map(([title, body]): Intent => ({ verb, code: 422, plan: (scene) => scene.patch(scene.some().short, verb, { title: `${verb}: ${title}`, body }) })),
  { verb, code: 400, plan: (scene) => broken(scene, verb) },
  { verb, code: 404, plan: (scene) => scene.patch(scene.free(), verb, { title: `${verb} of what is not there`, body: scene.specimen.changes(scene.random) }) },
];

const sameAgain = (scene: Scene, verb: PatchVerb): Move => {
  const { short, object } = scene.some();
  const labels = field(object, 'metadata', 'labels');
  return scene.patch(short, verb, { title: `${verb} that changes nothing`, body: { metadata: { labels: { color: field(labels, 'color') ?? null } } } });
};

function current(scene: Scene, verb: PatchVerb): Move {
  const { short, answers } = scene.some();
  return scene.patch(short, verb, { title: `${verb} with the current version`, body: versioned(scene.specimen.changes(scene.random), answers.at(-1)) });
}

function stale(scene: Scene, verb: PatchVerb): Move {
  const { short, answers } = scene.old();
  return scene.patch(short, verb, { title: `${verb} with an old version`, body: versioned(scene.specimen.changes(scene.random), answers.at(-2)) });
}

export const versioned = (change: Change, answer: number | undefined): Change => ({ ...change, metadata: { ...(isMap(change['metadata']) ? change['metadata'] : {}), resourceVersion: versionAt(answer) } });

const broken = (scene: Scene, verb: PatchVerb): Move => {
  const move = scene.patch(scene.some().short, verb, { title: `${verb} that is no JSON`, body: {} });
  return { ...move, draft: { ...move.draft, body: { kind: 'text', text: '{"metadata": {' } } };
};

const unsupported: Intent = { verb: 'strategic patch', code: 415, plan: (scene) => scene.patch(scene.some().short, 'strategic patch', { title: 'strategic patch of a custom resource', body: scene.specimen.changes(scene.random) }) };

function ofType(scene: Scene, contentType: string): Move {
  const move = scene.patch(scene.some().short, 'merge patch', { title: `patch of type ${contentType}`, body: { metadata: { labels: { a: 'b' } } } });
  return { ...move, draft: { ...move.draft, contentType } };
}

/** Those that hold an object back when it is deleted: put on, taken off. */
function finalizers(scene: Scene): Move {
  const held = scene.knowledge.all(scene.resource).find(({ object }) => Array.isArray(field(object, 'metadata', 'finalizers')) && (field(object, 'metadata', 'finalizers') as unknown[]).includes('evenkeel.dev/hold'));
  const known: Known = held ?? scene.some();
  const body = { metadata: { finalizers: held === undefined ? ['evenkeel.dev/hold'] : null } };
  return scene.patch(known.short, 'merge patch', { title: held === undefined ? 'finalizer put on' : 'finalizers taken off', body });
}

const jsonIntents: readonly Intent[] = ([
  [200, (scene) => json(scene, 'JSON patch', [{ op: 'add', path: '/metadata/annotations', value: { patched: String(scene.random.below(99)) } }])],
  [200, (scene) => json(scene, 'JSON patch of one label', [{ op: 'test', path: '/metadata/labels/sequence', value: '{{tag}}' }, { op: 'replace', path: '/metadata/labels/color', value: scene.random.pick(['red', 'blue']) }])],
  [200, (scene) => versionedJson(scene, scene.some(), -1, 'JSON patch with the current version')],
  [409, (scene) => versionedJson(scene, scene.old(), -2, 'JSON patch with an old version')],
  [422, (scene) => json(scene, 'JSON patch whose test fails', [{ op: 'test', path: '/metadata/labels/color', value: 'purple' }, { op: 'add', path: '/metadata/labels/size', value: 'big' }])],
  [422, (scene) => json(scene, 'JSON patch that removes what is not there', [{ op: 'remove', path: '/metadata/labels/nothing' }])],
  [422, (scene) => json(scene, 'JSON patch with a bad label', [{ op: 'add', path: '/metadata/labels/size', value: 'not a value' }])],
  [422, (scene) => testedVersion(scene)],
  [400, (scene) => json(scene, 'JSON patch that is none', { metadata: { labels: { a: 'b' } } })],
  [404, (scene) => json(scene, 'JSON patch of what is not there', [{ op: 'add', path: '/metadata/labels/size', value: 'big' }], scene.free())],
] satisfies readonly [number, (scene: Scene) => Move][]).map(([code, plan]) => ({ verb: 'JSON patch', code, plan }));

const json = (scene: Scene, title: string, body: unknown, short = scene.some().short): Move => scene.patch(short, 'JSON patch', { title, body });

const versionedJson = (scene: Scene, { short, answers }: Known, at: number, title: string): Move =>
  json(scene, title, [{ op: 'replace', path: '/metadata/resourceVersion', value: versionAt(answers.at(at)) }, { op: 'add', path: '/metadata/labels/size', value: scene.random.pick(['big', 'small']) }], short);

function testedVersion(scene: Scene): Move {
  const { short, answers } = scene.old();
  return json(scene, 'JSON patch that tests an old version', [{ op: 'test', path: '/metadata/resourceVersion', value: versionAt(answers.at(-2)) }, { op: 'add', path: '/metadata/labels/size', value: 'big' }], short);
}
