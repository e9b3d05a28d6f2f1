import type { IntentsOf } from './intent.ts';
import type { Known } from './knowledge.ts';
import { type Move, type Scene, versionAt } from './scene.ts';

/** The subresource scale, and requests with a method or a place that there is not. */
export const scaleIntents: IntentsOf = ({ specimen }) => (specimen.scale ? [
  { verb: 'scale get', code: 200, plan: (scene) => reading(scene, scene.some().short) },
  { verb: 'scale get', code: 404, plan: (scene) => reading(scene, scene.free()) },
  { verb: 'scale put', code: 200, plan: (scene) => put(scene, scene.some(), 'put of the scale', { replicas: scene.random.below(5) }) },
  { verb: 'scale put', code: 200, plan: (scene) => putVersioned(scene, scene.some(), -1, 'put of the scale with the current version') },
  { verb: 'scale put', code: 409, plan: (scene) => putVersioned(scene, scene.old(), -2, 'put of the scale with an old version') },
  { verb: 'scale put', code: 422, plan: (scene) => put(scene, scene.some(), 'put of a negative scale', { replicas: -1 }) },
  { verb: 'scale put', code: 404, plan: (scene) => put(scene, { short: scene.free() }, 'put of the scale of what is not there', { replicas: 1 }) },
  { verb: 'scale merge patch', code: 200, plan: (scene) => patch(scene, scene.some().short, { spec: { replicas: scene.random.below(5) } }) },
  { verb: 'scale merge patch', code: 422, plan: (scene) => patch(scene, scene.some().short, { spec: { replicas: -3 } }) },
  { verb: 'scale merge patch', code: 404, plan: (scene) => patch(scene, scene.free(), { spec: { replicas: 1 } }) },
] : []);

const reading = (scene: Scene, short: string): Move => ({ short, draft: scene.draft('scale get', { title: 'get of the scale', path: `${scene.reference.object(short)}/scale` }) });

function put(scene: Scene, { short }: Pick<Known, 'short'>, title: string, { replicas, ...metadata }: { replicas: number; resourceVersion?: string }): Move {
  const value = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: short, namespace: '{{tag}}', ...metadata }, spec: { replicas } };
  return { short, draft: scene.draft('scale put', { title, method: 'PUT', path: `${scene.reference.object(short)}/scale`, body: { kind: 'value', value } }) };
}

const putVersioned = (scene: Scene, known: Known, at: number, title: string): Move => put(scene, known, title, { replicas: scene.random.below(5), resourceVersion: versionAt(known.answers.at(at)) });

const patch = (scene: Scene, short: string, body: object): Move => scene.patch(short, 'scale merge patch', { title: 'merge patch of the scale', part: '/scale', body });

export const methodIntents: IntentsOf = ({ specimen, resource }) => [
  { verb: 'wrong method', code: specimen.strategic ? 405 : 400, plan: (scene) => wrong(scene, 'POST to an object', { method: 'POST', path: scene.reference.object(scene.free()) }) },
  { verb: 'wrong method', code: specimen.strategic ? 405 : 400, plan: (scene) => wrong(scene, 'PUT of a collection', { method: 'PUT', path: scene.reference.collection }) },
  { verb: 'wrong method', code: specimen.strategic ? 405 : 400, plan: (scene) => wrong(scene, 'PATCH of a collection', { method: 'PATCH', path: scene.reference.collection, contentType: 'application/merge-patch+json' }) },
  { verb: 'wrong method', code: 404, plan: (scene) => wrong(scene, 'GET of a subresource that there is not', { method: 'GET', path: `${scene.reference.object(scene.free())}/nothing` }) },
  ...(specimen.status ? [] : [{ verb: 'wrong method', code: 404, plan: (scene: Scene) => wrong(scene, 'PUT of a status that there is not', { method: 'PUT', path: `${scene.reference.object(scene.free())}/status` }) } as const]),
  ...(resource === 'pods' ? [{ verb: 'wrong method', code: 405, plan: (scene: Scene) => wrong(scene, 'DELETE of a binding', { method: 'DELETE', path: `${scene.reference.object(scene.free())}/binding` }) } as const] : []),
];

const wrong = (scene: Scene, title: string, request: { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string; contentType?: string }): Move => ({
  draft: scene.draft('wrong method', { title, ...request, ...(request.method === 'GET' ? {} : { body: { kind: 'value', value: {} } }) }),
});
