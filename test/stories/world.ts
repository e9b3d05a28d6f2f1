import type { Machines, MachinesOptions } from '../../src/embedded/machines/cluster.ts';
import type { Api } from '../../src/kube/api.ts';
import type { NodeRecord } from '../../src/model/cluster.ts';
import type { NodeFence } from '../../src/model/nodefence.ts';
import type { Wishes } from './configuration.ts';

/**
 * The world that a story happens in: a cluster with machines, our manifests applied, and the controller with exactly their
 * rights. Stories know only this, so that another cluster implementation can tell them too.
 */
export interface World {
  readonly admin: Api;
  readonly machines: Machines;
  /** A folder of this world's own. */
  readonly directory: string;
  /** Starts `evenkeel run` as its service account; `server` puts something between it and the API server. */
  control(wishes?: Wishes, server?: string): Promise<Controller>;
  /** Runs `evenkeel check` as the same account, and waits for its end. */
  check(wishes?: Wishes): Promise<{ code: number; out: string; error: string }>;
  /** The door of a node's own kubelet: what it may do, a confused or taken-over node may do. */
  asNode(name: string): Api;
  /** Runs one command of evenkeel to its end, as the account of the rebalance CronJob. */
  evenkeel(...args: string[]): Promise<{ code: number; out: string; error: string }>;
  /** The same as a person of this name, who may do what a story grants. There is no terminal: nobody is asked. */
  person(name: string, ...args: string[]): Promise<{ code: number; out: string; error: string }>;
  /** As an administrator does it: null takes a label away. */
  label(node: string, labels: Readonly<Record<string, string | null>>): Promise<void>;
  node(name: string): Promise<NodeRecord>;
  fences(node?: string): Promise<NodeFence[]>;
  pods(namespace: string): Promise<Pod[]>;
  attachments(): Promise<{ node: string; volume: string; attached: boolean }[]>;
  events(regarding: string): Promise<{ reason: string; type: string; note: string }[]>;
  /** What was asked of the API server, for the judges. */
  audit(): Promise<AuditedRequest[]>;
  stop(): Promise<void>;
}

export interface AuditedRequest {
  readonly verb: string;
  readonly user: string;
  readonly userAgent: string;
  readonly uri: string;
  readonly code: number;
  readonly object: { readonly resource: string; readonly subresource: string; readonly namespace: string; readonly name: string };
  readonly requestObject: unknown;
  readonly responseObject: unknown;
  readonly receivedTimestamp: string;
  readonly stageTimestamp: string;
}

export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly deleting: boolean;
}

export interface WorldOptions {
  readonly workers?: number;
  readonly volumes?: number;
  readonly timings?: MachinesOptions['timings'];
  /** With manifests/overlays/delete-node: the controller may delete Node objects. */
  readonly mayDeleteNodes?: boolean;
  /** How long pods stay on an unreachable node, in seconds; 300, as in Kubernetes. */
  readonly unreachableTolerationSeconds?: number;
}

export type StartWorld = (options?: WorldOptions) => Promise<World>;

/** `evenkeel run`, as a process of its own. */
export interface Controller {
  readonly pid: number;
  /** Its configuration file, for a story that changes it. */
  readonly config: string;
  /** Everything it has logged so far, one parsed line each. */
  log(): readonly Record<string, unknown>[];
  raw(): string;
  /** Prometheus text from its own endpoint. */
  metrics(): Promise<string>;
  leads(): boolean;
  /** Its readiness probe says yes. */
  ready(): Promise<boolean>;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<number | string | undefined>;
  readonly ended: Promise<number | string>;
}
