import { metadata } from '../kinds/body.ts';
import type { Change } from '../kinds/specimen.ts';
import { merged } from '../sequence/resolve.ts';
import type { Draft } from '../sequence/operation.ts';
import type { Intent, IntentsOf } from './intent.ts';
import type { Known } from './knowledge.ts';
import { type Move, type Scene, foreignUID } from './scene.ts';

/** create and put. */
export const writeIntents: IntentsOf = ({ specimen }) => [
  { verb: 'create', code: 201, plan: (scene) => scene.creation(scene.free()) },
  { verb: 'create', code: 201, plan: generated },
  { verb: 'create', code: 409, plan: (scene) => again(scene, scene.some()) },
  ...Object.entries(specimen.faults).map(([title, fault]): Intent => ({ verb: 'create', code: 422, plan: (scene) => faulty(scene, title, fault) })),
  { verb: 'create', code: 400, plan: malformed },
  ...(specimen.resource.namespaced ? [{ verb: 'create', code: 404, plan: (scene) => elsewhere(scene) } satisfies Intent] : []),
  { verb: 'put', code: 200, plan: (scene) => put(scene, scene.some(), { title: 'put', change: scene.specimen.changes(scene.random) }) },
  { verb: 'put', code: 200, plan: (scene) => put(scene, scene.some(), { title: 'put of the same', change: {} }) },
  { verb: 'put', code: 409, plan: (scene) => stale(scene) },
  { verb: 'put', code: 409, plan: (scene) => put(scene, scene.some(), { title: 'put with a foreign UID', change: { metadata: { uid: foreignUID } } }) },
  ...Object.entries(specimen.refused).map(([title, change]): Intent => ({ verb: 'put', code: 422, plan: (scene) => put(scene, scene.some(), { title: `put: ${title}`, change }) })),
  ...(specimen.needsVersion ? [{ verb: 'put', code: 422, plan: (scene) => unconditional(scene) } satisfies Intent] : [{ verb: 'put', code: 200, plan: (scene) => unconditional(scene) } satisfies Intent]),
  { verb: 'put', code: 400, plan: (scene) => put(scene, scene.some(), { title: 'put with another name', change: { metadata: { name: 'another' } } }) },
  { verb: 'put', code: specimen.createdByPut ? 201 : 404, plan: putMissing },
];

function generated(scene: Scene): Move {
  const { draft } = scene.creation('gen', { metadata: { name: null, generateName: scene.reference.name('gen-gen-') } });
  return { draft: { ...draft, title: 'create with a generated name' } };
}

const again = (scene: Scene, { short }: Known): Move => {
  const { draft } = scene.creation(short);
  return { draft: { ...draft, title: 'create what is there' } };
};

function faulty(scene: Scene, title: string, fault: Change): Move {
  const { draft } = scene.creation(scene.free(), fault);
  return { draft: { ...draft, title: `create: ${title}` } };
}

function malformed(scene: Scene): Move {
  const body = { ...scene.specimen.body(scene.random), ...metadata(scene.resource, scene.free()) };
  const wrong: readonly [string, Draft['body']][] = [
    ['no JSON', { kind: 'text', text: '{"apiVersion": "v1",' }],
    ['another kind', { kind: 'value', value: { ...body, apiVersion: 'v1', kind: 'Secret' } }],
    ['metadata in words', { kind: 'value', value: { ...body, metadata: 'none' } }],
    ...(scene.specimen.resource.namespaced ? [['another namespace', { kind: 'value', value: merged(body, { metadata: { namespace: 'elsewhere' } }) }] satisfies [string, Draft['body']]] : []),
  ];
  const [title, sent] = scene.random.pick(wrong);
  return { draft: { ...scene.create(`create: ${title}`, {}), ...(sent === undefined ? {} : { body: sent }) } };
}

function elsewhere(scene: Scene): Move {
  const { draft } = scene.creation(scene.free(), { metadata: { namespace: '{{tag}}-nowhere' }, ...(scene.resource === 'events' ? { involvedObject: { namespace: '{{tag}}-nowhere' } } : {}) });
  return { draft: { ...draft, title: 'create in a namespace that is not there', path: draft.path.replace('{{tag}}', '{{tag}}-nowhere') } };
}

export function put(scene: Scene, known: Known, { title, change, part = '', answer = known.answers.at(-1) }: { title: string; change: Change; part?: '' | '/status'; answer?: number | undefined }): Move {
  const verb = part === '' ? 'put' : 'status put';
  return { short: known.short, draft: scene.draft(verb, { title, method: 'PUT', path: `${scene.reference.object(known.short)}${part}`, body: { kind: 'changed', answer: answer ?? -1, change } }) };
}

function stale(scene: Scene): Move {
  const known = scene.old();
  return put(scene, known, { title: 'put with an old version', change: scene.specimen.changes(scene.random), answer: known.answers.at(-2) });
}

function unconditional(scene: Scene): Move {
  const change = scene.specimen.changes(scene.random);
  return put(scene, scene.some(), { title: 'put without a version', change: { ...change, metadata: { ...(change['metadata'] as Change | undefined), resourceVersion: null } } });
}

function putMissing(scene: Scene): Move {
  const short = scene.free();
  const { draft } = scene.creation(short);
  return { short, draft: { ...draft, verb: 'put', method: 'PUT', title: 'put of what is not there', path: scene.reference.object(short) } };
}
