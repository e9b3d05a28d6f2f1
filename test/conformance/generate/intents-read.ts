import type { Intent, IntentsOf } from './intent.ts';
import { First, type Move, type Scene } from './scene.ts';

/** get, list and watch. */
export const readIntents: IntentsOf = ({ specimen }) => [
  { verb: 'get', code: 200, plan: (scene) => scene.reading(scene.some().short) },
  { verb: 'get', code: 404, plan: (scene) => scene.reading(scene.free()) },
  { verb: 'list', code: 200, plan: (scene) => list(scene, 'list', scene.random.pick([{}, selected(scene), fieldSelected(scene), { ...selected(scene), ...fieldSelected(scene) }, { limit: String(scene.random.between(1, 3)) }])) },
  { verb: 'list', code: 410, plan: (scene) => list(scene, 'list with a continue token that is too old', { limit: '1', continue: `{{museum.${scene.resource}.continue}}` }, 'museum') },
  { verb: 'list', code: 400, plan: (scene) => list(scene, 'list with a selector that is none', scene.random.pick(badSelectors)) },
  { verb: 'watch', code: 200, plan: watch },
  { verb: 'watch', code: 410, plan: (scene) => list(scene, 'watch from a version that is too old', { watch: 'true', resourceVersion: scene.random.pick([`{{museum.${scene.resource}.version}}`, '1']) }) },
  ...(specimen.resource.namespaced ? [inAllNamespaces, nextPage] : []),
];

const inAllNamespaces: Intent = {
  verb: 'list',
  code: 200,
  plan: (scene) => ({ draft: scene.draft('list', { title: 'list of all namespaces', path: scene.reference.collection.replace('/namespaces/{{tag}}', ''), query: { labelSelector: 'sequence={{tag}}' } }) }),
};

/** The page after one that was seen, as it was then. */
const nextPage: Intent = {
  verb: 'list',
  code: 200,
  plan: (scene) => {
    const before = scene.knowledge.pages.filter(({ resource }) => resource === scene.resource).at(-1);
    if (before === undefined) {
      if (scene.knowledge.all(scene.resource).length < 2) throw new First(scene.creation(scene.free()));
      throw new First(list(scene, 'first page', { limit: '1' }));
    }
    return { draft: { ...before, title: 'next page', query: { ...before.query, continue: `{{${before.id}.metadata.continue}}` } } };
  },
};

/** Every list of a kind without namespaces has to leave out other sequences' objects. */
function list(scene: Scene, title: string, query: Record<string, string>, tag = '{{tag}}'): Move {
  const { namespaced } = scene.specimen.resource;
  const labelSelector = [...(namespaced ? [] : [`sequence=${tag}`]), ...(query['labelSelector'] === undefined ? [] : [query['labelSelector']])].join(',');
  const all = { ...query, ...(labelSelector === '' ? {} : { labelSelector }) };
  const verb = query['watch'] === 'true' ? 'watch' : 'list';
  return { draft: scene.draft(verb, { title, path: scene.reference.collection.replace('{{tag}}', tag), query: all }) };
}

const selected = ({ random }: Scene): Record<string, string> => ({ labelSelector: random.pick(['color=red', 'color!=red', 'color in (red,blue)', 'color notin (red)', 'color', '!color', 'color=red,!size', 'size']) });
const fieldSelected = ({ random, specimen }: Scene): Record<string, string> => ({ fieldSelector: random.pick(specimen.fieldSelectors) });

const badSelectors: readonly Record<string, string>[] = [
  { labelSelector: 'color in (red' }, { labelSelector: 'color=not a value' }, { fieldSelector: 'spec.nothing=1' }, { fieldSelector: 'no selector' }, { continue: 'no token', limit: '1' }, { resourceVersion: 'soon' }, { limit: 'few' },
];

/** Watches of what changes from now on, of everything from a version that was seen, or with what there is first. */
function watch(scene: Scene): Move {
  const { random, resource, knowledge } = scene;
  const seen = knowledge.all(resource).flatMap(({ answers }) => answers);
  const from = seen.length > 0 && random.chance(0.6) ? `{{${random.pick(seen)}.metadata.resourceVersion}}` : `{{start.${resource}.version}}`;
  return random.pick<() => Move>([
    () => list(scene, 'watch from a version', { watch: 'true', resourceVersion: from }),
    () => list(scene, 'watch from a version', { watch: 'true', resourceVersion: from, labelSelector: 'color=red' }),
    () => list(scene, 'watch of some fields from a version', { watch: 'true', resourceVersion: from, fieldSelector: 'metadata.name!=a' }),
    () => list(scene, 'watch that begins with what there is', { watch: 'true', sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' }),
  ])();
}
