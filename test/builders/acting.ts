import type { Parts } from '../../src/act/parts.ts';
import { powerBoard } from '../../src/act/power.ts';
import type { ScriptResult, ScriptRun, ScriptRunner } from '../../src/act/scripts/runner.ts';
import { NotLeader } from '../../src/kube/leadership.ts';
import { parseNodeFence } from '../../src/kube/records/nodefence.ts';
import type { Taint } from '../../src/model/cluster.ts';
import type { ActionRecord } from '../../src/model/decision.ts';
import type { NodeFence, NodeFenceSpec, NodeFenceStatus } from '../../src/model/nodefence.ts';
import { milliseconds } from '../../src/model/time.ts';
import { type FakeClock, fakeClock } from '../fakes/clock.ts';
import { type FakeCluster, fakeCluster, type Stored } from '../fakes/cluster.ts';
import { aFence } from './fencing.ts';

export const nodesPath = '/api/v1/nodes';
export const fencesPath = '/apis/evenkeel.dev/v1alpha1/nodefences';
export const heartbeatsPath = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
export const slotsPath = '/apis/coordination.k8s.io/v1/namespaces/evenkeel-system/leases';
export const podsPath = '/api/v1/namespaces/shop/pods';

/** Scripts that end when the test says so. */
export interface FakeScripts extends ScriptRunner {
  readonly started: readonly ScriptRun[];
  /** Ends the oldest script that still runs. */
  end(result?: ScriptResult): Promise<void>;
}

/** Exit code 0; for `status` with this answer. */
export const aResult = (given: Partial<Extract<ScriptResult, { kind: 'done' }>> = {}): ScriptResult => ({ kind: 'done', output: '', note: 'openstack ended with exit code 0', duration: milliseconds(5), answer: { kind: 'none', because: 'it printed no JSON line' }, ...given });

function fakeScripts(): FakeScripts {
  const started: ScriptRun[] = [];
  const running: ((result: ScriptResult) => void)[] = [];
  return {
    started,
    run(run) {
      started.push(run);
      return new Promise((resolve) => void running.push(resolve));
    },
    describe: (name) => ({ kind: 'problem', name, problem: 'not described here' }),
    list: () => [],
    async end(result = aResult()) {
      running.shift()?.(result);
      await settle();
    },
  };
}

export interface World {
  readonly parts: Parts;
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  readonly scripts: FakeScripts;
  readonly reported: readonly ActionRecord[];
  readonly stop: AbortController;
  /** Whether this process leads. */
  lead(leads: boolean): void;
  /** The node `n1` as it is now, with these changes. */
  node(change?: { readonly uid?: string; readonly bootID?: string; readonly ready?: string; readonly taints?: readonly Taint[] }): void;
  /** Renews the Lease of `n1`. */
  renew(renewTime: string): void;
  /** Stores a record and reads it back. */
  fence(status?: NodeFenceStatus, spec?: Partial<NodeFenceSpec>): NodeFence;
  stored(name: string): NodeFence;
  taints(): readonly Taint[];
}

/** `n1` is dead: Ready is Unknown, its Lease stands at `lease-1`, it carries a taint of somebody else. */
export function aWorld(): World {
  const cluster = fakeCluster();
  const clock = fakeClock();
  const scripts = fakeScripts();
  const reported: ActionRecord[] = [];
  const stop = new AbortController();
  let leads = true;
  const leadership: Parts['leadership'] = {
    identity: 'me',
    epoch: 3,
    get isLeader() {
      return leads;
    },
    assertLeader() {
      if (!leads) throw new NotLeader('Not written: this process does not lead');
    },
  };
  const parts: Parts = { api: cluster, leadership, scripts, power: powerBoard(clock), clock, namespace: 'evenkeel-system', report: (record) => void reported.push(record), stopping: stop.signal };
  const world: World = {
    parts, cluster, clock, scripts, reported, stop,
    lead: (now) => {
      leads = now;
    },
    node: ({ uid = 'uid-n1', bootID = 'boot-n1', ready = 'Unknown', taints = [dedicated] } = {}) =>
      void cluster.put(nodesPath, {
        metadata: { name: 'n1', uid, labels: { fencing: 'enabled', rack: '7' } },
        spec: { taints },
        status: { nodeInfo: { bootID, systemUUID: 'system-n1', machineID: 'machine-n1' }, conditions: [{ type: 'Ready', status: ready }] },
      }),
    renew: (renewTime) => void cluster.put(heartbeatsPath, { metadata: { name: 'n1' }, spec: { holderIdentity: 'n1', renewTime } }),
    fence(status, spec = {}) {
      const { apiVersion, kind, metadata, spec: own } = aFence(undefined, { spec });
      return parseNodeFence(cluster.put(fencesPath, { apiVersion, kind, metadata, spec: own, ...(status === undefined ? {} : { status }) }));
    },
    stored: (name) => parseNodeFence(cluster.get(`${fencesPath}/${name}`)),
    taints: () => ((cluster.get(`${nodesPath}/n1`) as Stored & { spec: { taints?: Taint[] } }).spec.taints ?? []),
  };
  world.node();
  world.renew('lease-1');
  return world;
}

/** A taint of somebody else. */
export const dedicated: Taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
  await new Promise((resolve) => void setImmediate(resolve));
}
