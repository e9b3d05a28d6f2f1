import type { Api } from '../kube/api.ts';
import { collectionPath, type Resource, resources } from '../kube/paths.ts';
import { parseAttachment } from '../kube/records/attachment.ts';
import { parseLease } from '../kube/records/lease.ts';
import { parseNode } from '../kube/records/node.ts';
import { parseNodeFence } from '../kube/records/nodefence.ts';
import { parsePod } from '../kube/records/pod.ts';
import { type Reflector, reflector } from '../kube/reflector.ts';
import type { Change } from '../kube/store.ts';
import type { AttachmentRecord, LeaseRecord, NodeRecord, PodRecord } from '../model/cluster.ts';
import type { NodeFence } from '../model/nodefence.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Clock, Duration, Tick } from '../model/time.ts';
import { byNode } from './by-node.ts';
import { heartbeats } from './heartbeats.ts';

/** What the cluster looks like, kept up to date. The snapshot is a view of it, not a copy. */
export interface Observation {
  run(signal: AbortSignal): Promise<void>;
  /** All kinds have been seen completely once: nothing is decided before. */
  readonly whenSynced: Promise<unknown>;
  readonly synced: boolean;
  readonly view: Observed;
  /** Age of the kind that the API server has said nothing about for longest. */
  age(): Duration;
  readonly kinds: readonly { readonly kind: string; readonly reflector: Reflector<unknown> }[];
}

export type Observed = Pick<Snapshot, 'nodes' | 'fences' | 'heartbeat' | 'podsOn' | 'attachmentsOn' | 'lastLeaseMove' | 'phaseSince'>;

export function observe(parts: { api: Api; clock: Clock; random(): number; changed(): void }): Observation {
  const { clock } = parts;
  const beats = heartbeats();
  const pods = byNode<PodRecord>(({ node }) => node);
  const attachments = byNode<AttachmentRecord>(({ node }) => node);
  const phases = new Map<string, { phase: string; since: Tick }>();
  const at = (): Tick => clock.now().tick;

  function follow<R extends { uid: string; resourceVersion: string }>(resource: Resource, parse: (object: unknown) => R, keyOf: (record: R) => string, onChange: (change: Change<R>) => void, namespace?: string): Reflector<R> {
    return reflector<R>({
      api: parts.api,
      clock,
      random: () => parts.random(),
      path: collectionPath(resource, namespace),
      parse,
      keyOf,
      uidOf: ({ uid }) => uid,
      versionOf: ({ resourceVersion }) => resourceVersion,
      onChange(change) {
        onChange(change);
        parts.changed();
      },
    });
  }

  const nodes = follow<NodeRecord>(resources.nodes, parseNode, ({ name }) => name, ({ key, now }) => beats.node(now, key, at()));
  const leases = follow<LeaseRecord>(resources.leases, parseLease, ({ name }) => name, ({ key, now }) => beats.lease(now, key, at()), 'kube-node-lease');
  const podCopy = follow<PodRecord>(resources.pods, parsePod, ({ namespace, name }) => `${namespace}/${name}`, ({ key, now, before }) => pods.change(key, now, before));
  const attachmentCopy = follow<AttachmentRecord>(resources.volumeattachments, parseAttachment, ({ name }) => name, ({ key, now, before }) => attachments.change(key, now, before));
  const fences = follow<NodeFence & { uid: string; resourceVersion: string }>(
    resources.nodefences,
    (object) => {
      const fence = parseNodeFence(object);
      return { ...fence, uid: fence.metadata.uid, resourceVersion: fence.metadata.resourceVersion };
    },
    ({ metadata }) => metadata.name,
    ({ key, now }) => notePhase(phases, key, now, at()),
  );

  const kinds = [
    { kind: 'nodes', reflector: nodes },
    { kind: 'leases', reflector: leases },
    { kind: 'pods', reflector: podCopy },
    { kind: 'volumeattachments', reflector: attachmentCopy },
    { kind: 'nodefences', reflector: fences },
  ] as readonly { kind: string; reflector: Reflector<unknown> }[];
  return {
    run: async (signal) => void (await Promise.all(kinds.map(({ reflector }) => reflector.run(signal)))),
    whenSynced: Promise.all(kinds.map(({ reflector }) => reflector.whenSynced)),
    get synced() {
      return kinds.every(({ reflector }) => reflector.synced);
    },
    age: () => Math.max(...kinds.map(({ reflector }) => reflector.age(clock.now()))) as Duration,
    kinds,
    view: {
      get nodes() {
        return nodes.records;
      },
      get fences() {
        return fences.records;
      },
      heartbeat: (node) => beats.of(node),
      podsOn: (node) => pods.on(node),
      attachmentsOn: (node) => attachments.on(node),
      get lastLeaseMove() {
        return beats.lastLeaseMove;
      },
      phaseSince: (fence) => phases.get(fence)?.since,
    },
  };
}

function notePhase(phases: Map<string, { phase: string; since: Tick }>, name: string, fence: NodeFence | undefined, at: Tick): void {
  if (fence === undefined) return void phases.delete(name);
  const phase = fence.status?.phase ?? '';
  if (phases.get(name)?.phase !== phase) phases.set(name, { phase, since: at });
}
