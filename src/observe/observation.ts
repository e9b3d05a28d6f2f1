import type { Api } from '../kube/api.ts';
import { collectionPath, type Resource, resources } from '../kube/paths.ts';
import { pauseLease } from '../kube/permissions.ts';
import { parseAttachment } from '../kube/records/attachment.ts';
import { parseCsiNode } from '../kube/records/csinode.ts';
import { parseLease } from '../kube/records/lease.ts';
import { parseNode } from '../kube/records/node.ts';
import { parseNodeFence } from '../kube/records/nodefence.ts';
import { parsePause, type PauseRecord } from '../kube/records/pause.ts';
import { parsePersistentVolume } from '../kube/records/persistent-volume.ts';
import { parsePod } from '../kube/records/pod.ts';
import { type Reflector, reflector } from '../kube/reflector.ts';
import { sharing } from '../kube/sharing.ts';
import type { Change } from '../kube/store.ts';
import type { AttachmentRecord, CsiNodeRecord, LeaseRecord, NodeRecord, PersistentVolumeRecord, PodRecord } from '../model/cluster.ts';
import type { NodeFence } from '../model/nodefence.ts';
import type { Paused, Snapshot } from '../model/snapshot.ts';
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
  /** Every pod, bound or not, by namespace and name. */
  readonly pods: ReadonlyMap<string, PodRecord>;
  /** Age of the kind that the API server has said nothing about for longest. */
  age(): Duration;
  readonly kinds: readonly { readonly kind: string; readonly reflector: Reflector<unknown> }[];
}

export type Observed = Pick<Snapshot, 'nodes' | 'fences' | 'heartbeat' | 'podsOn' | 'attachmentsOn' | 'volumeOf' | 'driversOn' | 'lastLeaseMove' | 'phaseSince'> & { readonly paused: Paused | undefined };

export interface ObservationParts {
  readonly api: Api;
  readonly clock: Clock;
  /** Where the Lease `evenkeel-pause` is. */
  readonly namespace: string;
  random(): number;
  /** Something changed: a pass may have something to decide. */
  changed(): void;
}

export function observe(parts: ObservationParts): Observation {
  const { clock } = parts;
  const beats = heartbeats();
  const pods = byNode<PodRecord>(({ node }) => node);
  const attachments = byNode<AttachmentRecord>(({ node }) => node);
  const volumes = new Map<string, PersistentVolumeRecord>();
  const phases = new Map<string, { phase: string; since: Tick }>();
  const at = (): Tick => clock.now().tick;
  // Thousands of pods have equal labels, tolerations and requests: each is kept once.
  const share = sharing();
  const copies = {
    nodes: follow<NodeRecord>(parts, { resource: resources.nodes, parse: (object) => parseNode(object, share), keyOf: ({ name }) => name, onChange: ({ key, now }) => beats.node(now, key, at()) }),
    leases: follow<LeaseRecord>(parts, { resource: resources.leases, namespace: 'kube-node-lease', parse: parseLease, keyOf: ({ name }) => name, onChange: ({ key, now }) => beats.lease(now, key, at()) }),
    pods: follow<PodRecord>(parts, { resource: resources.pods, parse: (object) => parsePod(object, share), keyOf: ({ namespace, name }) => `${namespace}/${name}`, onChange: ({ key, now, before }) => pods.change(key, now, before) }),
    volumeattachments: follow<AttachmentRecord>(parts, { resource: resources.volumeattachments, parse: parseAttachment, keyOf: ({ name }) => name, onChange: ({ key, now, before }) => attachments.change(key, now, before) }),
    persistentvolumes: follow<PersistentVolumeRecord>(parts, { resource: resources.persistentvolumes, parse: (object) => parsePersistentVolume(object, share), keyOf: ({ name }) => name, onChange: ({ now, before }) => noteClaim(volumes, now, before) }),
    csinodes: follow<CsiNodeRecord>(parts, { resource: resources.csinodes, parse: (object) => parseCsiNode(object, share), keyOf: ({ name }) => name, onChange: () => undefined }),
    nodefences: follow<KeptFence>(parts, { resource: resources.nodefences, parse: keepFence, keyOf: ({ metadata }) => metadata.name, onChange: ({ key, now }) => notePhase(phases, key, now, at()) }),
    pause: follow<PauseRecord>(parts, { resource: resources.leases, namespace: parts.namespace, only: pauseLease, parse: parsePause, keyOf: ({ name }) => name, onChange: () => undefined }),
  };
  const kinds = Object.entries(copies).map(([kind, reflector]) => ({ kind, reflector: reflector as Reflector<unknown> }));
  return {
    run: async (signal) => void (await Promise.all(kinds.map(({ reflector }) => reflector.run(signal)))),
    whenSynced: Promise.all(kinds.map(({ reflector }) => reflector.whenSynced)),
    get synced() {
      return kinds.every(({ reflector }) => reflector.synced);
    },
    age: () => Math.max(...kinds.map(({ reflector }) => reflector.age(clock.now()))) as Duration,
    kinds,
    get pods() {
      return copies.pods.records;
    },
    view: {
      get nodes() {
        return copies.nodes.records;
      },
      get fences() {
        return copies.nodefences.records;
      },
      heartbeat: (node) => beats.of(node),
      podsOn: (node) => pods.on(node),
      attachmentsOn: (node) => attachments.on(node),
      volumeOf: (namespace, claim) => volumes.get(`${namespace}/${claim}`),
      driversOn: (node) => copies.csinodes.records.get(node)?.drivers ?? [],
      get lastLeaseMove() {
        return beats.lastLeaseMove;
      },
      phaseSince: (fence) => phases.get(fence)?.since,
      get paused() {
        return copies.pause.records.get(pauseLease)?.paused;
      },
    },
  };
}

interface Followed<R> {
  readonly resource: Resource;
  readonly namespace?: string;
  /** The one object to follow: RBAC can then be narrowed to its name. */
  readonly only?: string;
  parse(object: unknown): R;
  keyOf(record: R): string;
  onChange(change: Change<R>): void;
}

function follow<R extends { uid: string; resourceVersion: string }>(parts: ObservationParts, { resource, namespace, only, parse, keyOf, onChange }: Followed<R>): Reflector<R> {
  return reflector<R>({
    api: parts.api,
    clock: parts.clock,
    random: () => parts.random(),
    path: collectionPath(resource, namespace),
    query: only === undefined ? {} : { fieldSelector: `metadata.name=${only}` },
    parse: (object) => parse(object),
    keyOf: (record) => keyOf(record),
    uidOf: ({ uid }) => uid,
    versionOf: ({ resourceVersion }) => resourceVersion,
    onChange(change) {
      onChange(change);
      parts.changed();
    },
  });
}

type KeptFence = NodeFence & { readonly uid: string; readonly resourceVersion: string };

function keepFence(object: unknown): KeptFence {
  const fence = parseNodeFence(object);
  return { ...fence, uid: fence.metadata.uid, resourceVersion: fence.metadata.resourceVersion };
}

function noteClaim(volumes: Map<string, PersistentVolumeRecord>, now: PersistentVolumeRecord | undefined, before: PersistentVolumeRecord | undefined): void {
  if (before?.claim !== undefined && volumes.get(before.claim)?.name === before.name) volumes.delete(before.claim);
  if (now?.claim !== undefined) volumes.set(now.claim, now);
}

function notePhase(phases: Map<string, { phase: string; since: Tick }>, name: string, fence: NodeFence | undefined, at: Tick): void {
  if (fence === undefined) return void phases.delete(name);
  // A command to power on begins anew within its phase, and so does each reason to hold.
  const within = fence.status?.phase === 'Held' ? fence.status.reason : (fence.status?.powerOn?.at ?? '');
  const phase = `${fence.status?.phase ?? ''} ${within}`;
  if (phases.get(name)?.phase !== phase) phases.set(name, { phase, since: at });
}
