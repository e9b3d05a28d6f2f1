import { realDoors } from '../../src/cli/doors.ts';
import type { Io } from '../../src/cli/io.ts';
import type { Api, ApiRequest } from '../../src/kube/api.ts';
import { collectionPath, resources } from '../../src/kube/paths.ts';
import { instant, type Now, tick } from '../../src/model/time.ts';
import { type FakeCluster, fakeCluster } from './cluster.ts';

export interface PeopleWorld {
  readonly cluster: FakeCluster;
  /** The cluster as alice sees it. */
  readonly api: Api;
  readonly io: Io;
  said(): string;
  node(name: string, ready: string, more?: { readonly uid?: string; readonly bootID?: string; readonly taints?: readonly object[] }): void;
  fence(node: string, spec?: object, status?: object): string;
  lease(name: string, spec: object): void;
  /** What the next question at the terminal is answered with; there is no terminal until then. */
  types(answer: string): void;
}

const nodes = collectionPath(resources.nodes);
const fences = collectionPath(resources.nodefences);

/** A small cluster and a person at its door. Its clock stands at 2026-01-01T12:00:00Z and moves only when somebody sleeps. */
export function peopleWorld(): PeopleWorld {
  const cluster = fakeCluster();
  let out = '';
  let typed: string | undefined;
  let passed = 0;
  const api: Api = {
    ...cluster,
    async call<T>(request: ApiRequest) {
      if (request.path.endsWith('/selfsubjectreviews')) return { status: { userInfo: { username: 'alice' } } } as T;
      const answer = await cluster.call<T>(request);
      // A list has a version, which who reads pages asks for.
      return typeof answer === 'object' && answer !== null && 'items' in answer ? { ...answer, metadata: { resourceVersion: '1' } } : answer;
    },
  };
  const put = (collection: string, object: { metadata: { name: string; uid?: string }; [part: string]: unknown }): void => {
    cluster.put(collection, object);
  };
  return {
    cluster,
    api,
    io: {
      out: (text) => void (out += text),
      error: (text) => void (out += text),
      ask: () => Promise.resolve(typed),
      environment: {},
      clock: {
        now: (): Now => ({ wall: instant(Date.UTC(2026, 0, 1, 12) + passed), tick: tick(passed) }),
        sleep: (time) => {
          passed += time;
          return Promise.resolve();
        },
      },
      random: () => 0,
      identity: 'test',
      stop: new AbortController().signal,
      ...realDoors,
      connect: () => api,
    },
    said: () => out,
    node: (name, ready, { uid = `uid-${name}`, bootID = `boot-${name}`, taints = [] } = {}) =>
      put(nodes, { metadata: { name, uid }, spec: { taints }, status: { nodeInfo: { bootID }, conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-01-01T11:59:35Z' }] } }),
    fence(node, spec = {}, status) {
      const name = `${node}-abc`;
      put(fences, { metadata: { name, creationTimestamp: '2026-01-01T11:58:00Z' } as never, spec: { nodeName: node, nodeUID: `uid-${node}`, bootID: `boot-${node}`, machineID: node, attempt: 1, reason: 'it is dead', requestedBy: 'controller', ...spec }, ...(status === undefined ? {} : { status }) });
      return `${fences}/${name}`;
    },
    lease: (name, spec) => put(collectionPath(resources.leases, 'evenkeel-system'), { metadata: { name }, spec }),
    types: (answer) => {
      typed = answer;
    },
  };
}
