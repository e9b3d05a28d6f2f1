import type { KubeObject } from '../../embedded/api-server/object.ts';
import type { Cluster } from '../../embedded/start.ts';
import { type Resource, resources } from '../../kube/paths.ts';
import { isAttached, nodeOf, volumeOf } from '../objects.ts';
import type { Happening } from '../records/record.ts';
import type { Patience } from './until.ts';

/** What a story plays on. */
export interface Stage extends Patience {
  readonly cluster: Cluster;
  record(happening: Happening): void;
  /** Runs one command of evenkeel to its end, as a person at this cluster would, and returns what it prints. */
  ask(...args: string[]): Promise<string>;
}

/** What looking needs. */
export type Seen = Pick<Stage, 'cluster'>;

const all = ({ cluster }: Seen, resource: Resource, namespace?: string): KubeObject[] => [...cluster.server.store.list(resource, namespace)];

export const nodesOf = (stage: Seen): KubeObject[] => all(stage, resources.nodes);
export const nodeNamed = ({ cluster }: Seen, name: string): KubeObject | undefined => cluster.server.store.get(resources.nodes, { name });
export const podsOf = (stage: Seen, namespace: string): KubeObject[] => all(stage, resources.pods, namespace);
/** Fences of this node, or of all. */
export const fencesOf = (stage: Seen, node?: string): KubeObject[] => all(stage, resources.nodefences).filter((fence) => node === undefined || nodeOf(fence) === node);
/** How many Events with this reason were written. */
export const told = (stage: Seen, reason: string): number => all(stage, resources.events).filter((event) => event['reason'] === reason).length;

/** The pod that all of this is about, its machine and the volume it writes to. */
export interface Elasticsearch {
  readonly pod: KubeObject | undefined;
  readonly node: string;
  /** Attached to its node, by the API; empty when there is none. */
  readonly volume: string;
}

export function elasticsearch(stage: Seen): Elasticsearch {
  const pod = stage.cluster.server.store.get(resources.pods, { namespace: 'search', name: 'elasticsearch-0' });
  const node = nodeOf(pod);
  const attachment = all(stage, resources.volumeattachments).find((each) => nodeOf(each) === node && isAttached(each));
  return { pod, node, volume: volumeOf(attachment) };
}
