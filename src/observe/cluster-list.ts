import { answered, type Api } from '../kube/api.ts';
import { collectionPath, type Resource, resources } from '../kube/paths.ts';
import { listReader, type Page } from '../kube/protobuf/list.ts';
import { podSchema } from '../kube/protobuf/pod.ts';
import { parseBudget } from '../kube/records/budget.ts';
import { parseClaim } from '../kube/records/claim.ts';
import { parseNamespace } from '../kube/records/namespace.ts';
import { parseNode } from '../kube/records/node.ts';
import { parsePod, parsePodWithDetails } from '../kube/records/pod.ts';
import { MustRelist } from '../kube/reflector-events.ts';
import { listPages } from '../kube/reflector-list.ts';
import { sharing } from '../kube/sharing.ts';
import type { ClusterFacts } from '../model/rebalancing.ts';

/** Kinds that only some policies need; they are not asked for when nothing reads them. */
export interface AlsoNeeded {
  readonly budgets: boolean;
  readonly namespaces: boolean;
  readonly claims: boolean;
  /** Reasons, conditions and exit codes of pods. */
  readonly podDetails: boolean;
}

/** Reads once what a rebalance pass needs, page by page, pruned as it comes: for a command that runs and exits. */
export async function listCluster(api: Api, needed: AlsoNeeded, signal: AbortSignal): Promise<ClusterFacts> {
  const share = sharing();
  const all = <Item>(resource: Resource, parse: (object: unknown) => Item): Promise<Item[]> => listAll({ api, resource, parse, signal });
  return {
    nodes: await all(resources.nodes, (object) => parseNode(object, share)),
    pods: await listAll({ api, resource: resources.pods, parse: (object) => (needed.podDetails ? parsePodWithDetails : parsePod)(object, share), signal, readProtobuf: listReader(podSchema) }),
    ...(await listSurroundings(api, needed, signal)),
  };
}

/** The rest, for a controller that follows nodes and pods anyway. */
export async function listSurroundings(api: Api, needed: AlsoNeeded, signal: AbortSignal): Promise<Omit<ClusterFacts, 'nodes' | 'pods'>> {
  const all = <Item>(resource: Resource, parse: (object: unknown) => Item): Promise<Item[]> => listAll({ api, resource, parse, signal });
  return {
    budgets: needed.budgets ? await all(resources.poddisruptionbudgets, parseBudget) : [],
    namespaces: needed.namespaces ? await all(resources.namespaces, parseNamespace) : [],
    claims: needed.claims ? await all(resources.persistentvolumeclaims, parseClaim) : [],
  };
}

const mostTries = 3;

interface Want<Item> {
  readonly api: Api;
  readonly resource: Resource;
  readonly parse: (object: unknown) => Item;
  readonly signal: AbortSignal;
  /** Worth it for pods only: of them there are many, and large ones. A page costs the server some time whatever is in it, so these are larger. */
  readonly readProtobuf?: (body: Buffer) => Page;
}

async function listAll<Item>(want: Want<Item>): Promise<Item[]> {
  for (let attempt = 1; ; attempt += 1) {
    const items: Item[] = [];
    try {
      await listPages(want.api, { path: collectionPath(want.resource), query: {}, ...(want.readProtobuf === undefined ? {} : { readProtobuf: want.readProtobuf, pageSize: 1_000 }) }, (page) => {
        for (const object of page) items.push(want.parse(object));
      }, want.signal);
      return items;
    } catch (error) {
      // A list that took so long that its continue token expired is begun anew, not mended.
      if (!(error instanceof MustRelist || answered(error, 410)) || attempt === mostTries) throw error;
    }
  }
}
