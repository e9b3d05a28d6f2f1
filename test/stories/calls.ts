/** One request of a controller, as something between it and the API server sees it. */
export interface SeenRequest {
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/**
 * The name of a call that is part of an action, the same in every run: `PUT nodefences/status Proved`,
 * `PATCH nodes fencing:NoExecute`. `undefined` for what goes on beside it: watches, lists, the leader's own Lease, Events,
 * discovery, questions about one's rights.
 */
export function callName({ verb, path, query, body }: SeenRequest): string | undefined {
  if (query.has('watch')) return undefined;
  const match = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>nodes|pods|leases|nodefences)(?:\/(?<name>[^/]+))?(?:\/(?<sub>[^/]+))?$/u.exec(path);
  const { resource = '', name, sub } = match?.groups ?? {};
  if (match === null || (verb === 'GET' && name === undefined)) return undefined;
  const what = resource === 'leases' ? leaseKind(name ?? memberOf(body, 'metadata', 'name')) : resource;
  if (what === undefined) return undefined;
  return [verb, sub === undefined ? what : `${what}/${sub}`, detail(verb, resource, body)].filter((part) => part !== '').join(' ');
}

/** The leader's own Lease is no part of an action. */
function leaseKind(name: unknown): string | undefined {
  const text = String(name);
  if (text.startsWith('evenkeel-slot-')) return 'slot';
  return text.startsWith('worker-') ? 'heartbeat' : undefined;
}

function detail(verb: string, resource: string, body: unknown): string {
  if (verb === 'GET' || verb === 'DELETE') return '';
  if (resource === 'nodefences') return (memberOf(body, 'status', 'timeline') as { step: string }[] | undefined)?.at(-1)?.step ?? '';
  if (resource === 'leases') return memberOf(body, 'spec', 'holderIdentity') === '' ? 'given back' : 'taken';
  const taints = (memberOf(body, 'spec', 'taints') ?? []) as { key: string; effect: string }[];
  const ours = taints.flatMap(nameOfTaint);
  return ours.length === 0 ? 'no taints of ours' : ours.toSorted().join('+');
}

function nameOfTaint({ key, effect }: { key: string; effect: string }): string[] {
  if (key === 'evenkeel.dev/fencing') return [`fencing:${effect}`];
  return key === 'node.kubernetes.io/out-of-service' ? ['out-of-service'] : [];
}

function memberOf(value: unknown, ...path: readonly string[]): unknown {
  let at: unknown = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}

/** True when the call changes nothing: dying at it is dying after the call before it. */
export const isRead = (call: string): boolean => call.startsWith('GET ');

/**
 * When the blow falls: not forwarded; applied and the reply lost; reply delivered. `reset`: reply lost, but the process lives.
 * `unread`: applied, and the reply is delivered after the blow, to be read when the process runs again.
 */
export type Moment = 'before' | 'lost' | 'after' | 'reset' | 'unread';

/** One place at which a controller is struck: at the nth call of this name since the story began. */
export interface CallPoint {
  readonly call: string;
  readonly nth: number;
  readonly moment: Moment;
}

/** Something between a controller and its API server that sees every request. */
export interface Between {
  /** What to give to `World.control` as the server. */
  readonly url: string;
  /** Counts from zero; calls `strike` at each of these points, once each, and holds the request back until it is done. */
  begin(points: readonly CallPoint[], strike: (point: CallPoint) => Promise<void>): void;
  /** The calls since then, in order. One that lost a race (409) is left out: how often that happens is chance, and it is sent again. */
  calls(): readonly string[];
  close(): Promise<void>;
}
