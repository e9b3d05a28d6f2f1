import { isRefusal } from '../compare/compare.ts';
import { Random } from '../generate/random.ts';
import { type KindName, kindNames, specimenOf } from '../kinds/specimens.ts';
import { metadata, referenceOf } from '../kinds/body.ts';
import type { Answer, Side } from '../sides/side.ts';
import { type Listener, listen, sentinel } from './listen.ts';
import type { Operation } from './operation.ts';
import { isMap, resolve } from './resolve.ts';

/** One side of a sequence under way. */
export interface Player {
  readonly side: Side;
  readonly scope: Record<string, unknown>;
  readonly listeners: { readonly operation: Operation; readonly listener: Listener }[];
  close(): void;
}

/** Makes the sequence's namespace and opens a watch on each of its kinds. */
export async function playerOf(side: Side, museum: unknown, { tag, resources }: { readonly tag: string; readonly resources: readonly KindName[] }): Promise<Player> {
  const scope: Record<string, unknown> = { tag, museum };
  await must(side, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: tag } });
  const listeners: Player['listeners'] = [];
  const starts: Record<string, unknown> = {};
  for (const resource of resources) {
    const request = resolve({ method: 'GET', path: referenceOf(resource).collection, query: mine(resource) }, scope);
    const list = await side.ask(request);
    const version = versionOf(list);
    starts[resource] = { version };
    const listener = await listen(side, { ...request, query: { ...request.query, watch: 'true', resourceVersion: version } });
    if (!('code' in listener)) listeners.push({ operation: background(resource), listener });
  }
  scope['start'] = starts;
  return {
    side,
    scope,
    listeners,
    close() {
      for (const { listener } of listeners) listener.close();
    },
  };
}

/** Objects of one sequence among those of all others. */
export const mine = (resource: KindName): Record<string, string> => (specimenOf(resource).resource.namespaced ? {} : { labelSelector: 'sequence={{tag}}' });

const background = (resource: KindName): Operation => ({ id: -1, resource, verb: 'watch', title: 'watch from the beginning', method: 'GET', path: referenceOf(resource).collection, query: { ...mine(resource), watch: 'true', resourceVersion: `{{start.${resource}.version}}` } });

const versionOf = ({ body }: Answer): string => (isMap(body) && isMap(body['metadata']) ? String(body['metadata']['resourceVersion']) : '');

/** Keeps an answer for later references; of a refusal nothing is kept. */
export function register(player: Player, { id }: Operation, answer: Answer): Answer {
  if (!isRefusal(answer)) player.scope[String(id)] = answer.body;
  return answer;
}

/** Makes the last object of each kind. */
export async function sentinels({ side, scope }: Player, resources: readonly KindName[]): Promise<void> {
  for (const resource of resources) await make(side, resource, scope, sentinel);
}

/** Three objects of each kind, a list's version and its continue token: for requests that come too late. */
export async function museumOf(side: Side): Promise<unknown> {
  const scope = { tag: 'museum' };
  await must(side, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'museum' } });
  const museum: Record<string, unknown> = {};
  for (const resource of kindNames) {
    for (const name of ['a', 'b', 'c']) await make(side, resource, scope, name);
    const list = await side.ask(resolve({ method: 'GET', path: referenceOf(resource).collection, query: { ...mine(resource), limit: '1' } }, scope));
    const next = isMap(list.body) && isMap(list.body['metadata']) ? list.body['metadata']['continue'] : undefined;
    museum[resource] = { version: versionOf(list), continue: next };
  }
  // So that the last list, too, is of the past.
  await make(side, 'leases', scope, 'last');
  return museum;
}

/** Asks once for each kind from the watch cache, which answers when it has begun. */
export async function warm(side: Side): Promise<void> {
  for (const resource of kindNames) await side.ask(resolve({ method: 'GET', path: referenceOf(resource).collection, query: { resourceVersion: '0', limit: '1' } }, { tag: 'museum' }));
}

async function make(side: Side, resource: KindName, scope: Record<string, unknown>, name: string): Promise<void> {
  const value = { ...specimenOf(resource).body(new Random(1)), ...metadata(resource, name) };
  const answer = await side.ask(resolve({ method: 'POST', path: referenceOf(resource).collection, query: {}, body: { kind: 'value', value } }, scope));
  if (answer.code !== 201) throw new Error(`${side.name} took no ${resource} for the harness itself: ${answer.code} ${JSON.stringify(answer.body)}`);
}

async function must(side: Side, method: string, path: string, body: object): Promise<void> {
  const answer = await side.ask({ method, path, query: {}, body: JSON.stringify(body) });
  if (isRefusal(answer)) throw new Error(`${side.name} refused ${method} ${path}, which the harness itself needs: ${answer.code} ${JSON.stringify(answer.body)}`);
}

