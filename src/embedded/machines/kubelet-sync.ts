import { resources } from '../../kube/paths.ts';
import { type Tick, elapsed } from '../../model/time.ts';
import { volumeName } from './driver.ts';
import { follow, type Followed } from './follow.ts';
import { registerDriver } from './kubelet-registration.ts';
import { handlesOf, mayMount } from './kubelet-volumes.ts';
import type { Kubelet } from './kubelet.ts';
import { alreadySays, nodeStatus } from './node-status.ts';
import type { NodeObject, PodObject } from './objects.ts';
import { endedStatus, isReportedRunning, runningStatus } from './pod-status.ts';
import { attempt } from './repeat.ts';

/** What the kubelet remembers between two rounds; nothing of it matters after a restart. */
interface Memory {
  /** Pod UID → its volume handles. */
  readonly handles: Map<string, readonly string[]>;
  /** Pod UID → the object that said all of what its containers are. */
  readonly settled: Map<string, PodObject>;
  nodeReadAt: Tick | undefined;
  reported: string;
}

interface Round extends Kubelet {
  readonly memory: Memory;
  readonly pods: Followed<PodObject>;
}

/** Looks after the pods bound to this node until the signal aborts: when something changes, and soon again when something is left to do. */
export async function lookAfterPods(kubelet: Kubelet): Promise<void> {
  const { door, clock, machine, settings, complain, signal } = kubelet;
  const pods = follow<PodObject>({ door, clock, resource: resources.pods, fieldSelector: `spec.nodeName=${machine.name}`, again: settings.syncInterval, complain: (line) => complain(`${machine.name} ${line}`), signal });
  const memory: Memory = { handles: new Map(), settled: new Map(), nodeReadAt: undefined, reported: '' };
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const now = pods.current();
      let done = now === undefined;
      if (now !== undefined) await attempt(`${machine.name} looks after its pods`, complain, signal, async () => void (done = await syncPods({ ...kubelet, memory, pods }, now)));
      await pods.change(done ? settings.statusInterval : settings.syncInterval);
    }
  };
  await Promise.all([pods.run(), work()]);
}

/**
 * One round; true when nothing is left to do. The order is the kubelet's: stop and report containers, unmount,
 * take the volumes out of volumesInUse, and only then delete the pod; the other way round put a volume into volumesInUse,
 * wait for its attachment, mount, start, and report.
 */
async function syncPods(round: Round, pods: readonly PodObject[]): Promise<boolean> {
  const ending = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const wanted = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !isOver(pod));
  const unsettled = wanted.filter((pod) => !isSettled(round, pod));
  stopOthers(round, [...ending, ...wanted]);
  for (const pod of ending) await each(round, pod, () => stop(round, pod));
  for (const pod of unsettled) await each(round, pod, () => learnVolumes(round, pod));
  unmountUnused(round, wanted);
  const node = await syncNode(round, wanted);
  for (const pod of ending) await each(round, pod, () => round.door.delete(resources.pods, nameOf(pod), pod.metadata.uid));
  for (const pod of unsettled) await each(round, pod, () => start(round, node, pod));
  return ending.length === 0 && unsettled.length === 0;
}

/** Its containers run, and its object says so: nothing is to be done for it until one of both is another. */
function isSettled({ machine, memory }: Round, pod: PodObject): boolean {
  const run = machine.containersOf(pod.metadata.uid);
  if (run === undefined) return false;
  if (memory.settled.get(pod.metadata.uid) === pod) return true;
  if (!isReportedRunning(pod, run)) return false;
  memory.settled.set(pod.metadata.uid, pod);
  return true;
}

const isOver = (pod: PodObject): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
const nameOf = ({ metadata }: PodObject): { namespace: string; name: string } => ({ namespace: metadata.namespace ?? '', name: metadata.name });
/** Status is written against what was read: a condition that somebody added meanwhile is not lost, and no other pod of this name is met. */
const sameVersion = ({ metadata: { uid, resourceVersion } }: PodObject): object => ({ uid, resourceVersion });
const labelOf = ({ metadata }: PodObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** What goes wrong with one pod must not keep the others waiting. */
const each = (round: Round, pod: PodObject, work: () => Promise<void>): Promise<boolean> =>
  attempt(`${round.machine.name}: pod ${labelOf(pod)}`, round.complain, round.signal, work);

/** Containers of pods that somebody force-deleted, or declared to be over. */
function stopOthers({ machine, memory }: Round, pods: readonly PodObject[]): void {
  const known = new Set(pods.map(({ metadata }) => metadata.uid));
  for (const { podUID } of machine.containers()) if (!known.has(podUID)) machine.stopContainers(podUID, 'pod is gone');
  for (const remembered of [memory.handles, memory.settled]) for (const podUID of remembered.keys()) if (!known.has(podUID)) remembered.delete(podUID);
}

async function stop({ machine, door, clock, pods }: Round, pod: PodObject): Promise<void> {
  const ran = machine.containersOf(pod.metadata.uid) !== undefined;
  machine.stopContainers(pod.metadata.uid, 'pod is deleted');
  if (isOver(pod)) return;
  const status = endedStatus(pod, ran || pod.status?.containerStatuses === undefined ? 0 : 137, clock.now().wall);
  pods.saw(await door.patch(resources.pods, nameOf(pod), { metadata: sameVersion(pod), status }, 'status'));
}

async function learnVolumes({ memory, ...kubelet }: Round, pod: PodObject): Promise<void> {
  if (memory.handles.has(pod.metadata.uid)) return;
  const handles = await handlesOf(kubelet, pod);
  if (handles !== undefined) memory.handles.set(pod.metadata.uid, handles);
}

function unmountUnused({ machine }: Round, wanted: readonly PodObject[]): void {
  const users = new Set(wanted.map(({ metadata }) => metadata.uid));
  for (const [handle, podUIDs] of machine.mounts()) {
    for (const podUID of podUIDs) if (!users.has(podUID)) machine.unmount(handle, podUID);
  }
}

/** Writes the Node's status when it says something else; volumesInUse covers what is mounted and what soon will be. */
async function syncNode(round: Round, wanted: readonly PodObject[]): Promise<NodeObject | undefined> {
  const { machine, memory, door, clock, settings } = round;
  const needed = wanted.flatMap(({ metadata }) => memory.handles.get(metadata.uid) ?? []);
  const inUse = [...new Set([...needed, ...machine.mounts().keys()])].map(volumeName);
  const { tick, wall } = clock.now();
  const due = memory.nodeReadAt === undefined || elapsed(memory.nodeReadAt, tick) >= settings.statusInterval;
  const waiting = wanted.some(({ metadata }) => (memory.handles.get(metadata.uid)?.length ?? 0) > 0 && machine.containersOf(metadata.uid) === undefined);
  if (!due && !waiting && memory.reported === JSON.stringify(inUse)) return undefined;
  const node = await door.get<NodeObject>(resources.nodes, { name: machine.name });
  if (node === undefined) return undefined;
  const live = node.status ?? {};
  const status = nodeStatus(machine, settings, { live, inUse, at: wall });
  const body = { metadata: { resourceVersion: node.metadata.resourceVersion }, status };
  const current = alreadySays(live, status) ? node : await door.patch<NodeObject>(resources.nodes, { name: machine.name }, body, 'status');
  if (due) await registerDriver(round, current);
  memory.nodeReadAt = due ? tick : memory.nodeReadAt;
  memory.reported = JSON.stringify(inUse);
  return current;
}

async function start(round: Round, node: NodeObject | undefined, pod: PodObject): Promise<void> {
  const { machine, door, clock, settings, memory, pods } = round;
  const handles = memory.handles.get(pod.metadata.uid);
  if (handles === undefined) return;
  if (machine.containersOf(pod.metadata.uid) === undefined) {
    for (const handle of handles) if (!(await mayMount(round, node, handle))) return;
    // The last call may have been answered just before the power went.
    if (round.signal.aborted) return;
    if (!handles.every((handle) => machine.mount(handle, pod.metadata.uid))) return;
    machine.startContainers({ podUID: pod.metadata.uid, pod: labelOf(pod), volumes: handles });
  }
  const run = machine.containersOf(pod.metadata.uid);
  if (run === undefined || isReportedRunning(pod, run)) return;
  const podIP = pod.status?.podIP ?? podAddress(settings.podNetwork, pod.metadata.uid);
  const status = runningStatus(pod, { run, hostIP: settings.address, podIP, at: clock.now().wall });
  pods.saw(await door.patch(resources.pods, nameOf(pod), { metadata: sameVersion(pod), status }, 'status'));
}

/** Some address in the node's pod network, by the pod's UID. Nobody sends anything there. */
function podAddress(network: string, uid: string): string {
  let sum = 0;
  for (const character of uid) sum = (sum * 31 + character.charCodeAt(0)) % 65_536;
  return `${network}.${sum >> 8}.${(sum % 254) + 1}`;
}
