import { randomBytes } from 'node:crypto';
import { Agent } from 'undici';
import type { Api } from '../../src/kube/api.ts';
import { httpApi } from '../../src/kube/http.ts';

/** Who asks. The groups decide most: `system:masters` may do everything, `system:nodes` is what the Node authorizer looks at. */
export interface Identity {
  readonly user: string;
  readonly groups?: readonly string[];
  /** Of a service account: given by `ControlPlane.serviceAccount`. Others get theirs from the token file, or are impersonated. */
  readonly token?: string;
}

/** Cluster administrator. */
export const admin: Identity = { user: 'admin', groups: ['system:masters'] };

/** The kubelet of the node with this name. */
export const kubelet = (node: string): Identity => ({ user: `system:node:${node}`, groups: ['system:nodes'] });

export const controllerManager: Identity = { user: 'system:kube-controller-manager' };
export const scheduler: Identity = { user: 'system:kube-scheduler' };

/** How the API server is told who asks: a token, and whom its owner speaks for. */
interface Credentials {
  readonly token: string;
  readonly as?: Identity;
}

/** The identities that have a token of their own from the start, and the way to speak as any other. */
export class Identities {
  readonly #tokens = new Map<string, { identity: Identity; token: string }>();

  constructor(known: readonly Identity[]) {
    for (const identity of [admin, controllerManager, scheduler, ...known]) this.#tokens.set(key(identity), { identity, token: randomBytes(24).toString('hex') });
  }

  /** The API server reads it once, at its start. */
  tokenFile(): string {
    const lines = [...this.#tokens.values()].map(({ identity, token }, index) => [token, identity.user, `uid-${index}`, (identity.groups ?? []).join(',')]);
    return `${lines.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')}\n`;
  }

  /** Without a token of its own, an identity is impersonated by the administrator: same rights, and the audit log names both. */
  credentials(identity: Identity): Credentials {
    if (identity.token !== undefined) return { token: identity.token };
    const own = this.#tokens.get(key(identity));
    if (own !== undefined) return { token: own.token };
    return { token: this.#tokens.get(key(admin))?.token ?? '', as: identity };
  }
}

const key = (identity: Identity): string => JSON.stringify([identity.user, ...[...(identity.groups ?? [])].sort()]);

/** Where the API server is and how to trust it. */
export interface Server {
  readonly url: string;
  /** PEM. */
  readonly authority: string;
}

/** The product's own door to the API server. */
export function openApi(server: Server, { token, as }: Credentials): Api {
  const connect = { ca: server.authority, timeout: 10_000 };
  const calls = new Agent({ connect, connections: 32, allowH2: false });
  const watches = new Agent({ connect, allowH2: false, headersTimeout: 30_000, bodyTimeout: 0 });
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (as !== undefined) headers['impersonate-user'] = as.user;
  // undici takes a list for a header that is sent several times; the door's type knows single values only.
  if (as?.groups !== undefined && as.groups.length > 0) (headers as Record<string, unknown>)['impersonate-group'] = [...as.groups];
  return httpApi({
    server: server.url,
    dispatchers: () => Promise.resolve({ calls, watches, headers }),
    close: async () => {
      await Promise.allSettled([calls.destroy(), watches.destroy()]);
    },
  });
}

/** A kubeconfig for any client. JSON is YAML. */
export function kubeconfigText(server: Server, { token, as }: Credentials, name: string): string {
  const impersonation = as === undefined ? {} : { as: as.user, 'as-groups': as.groups ?? [] };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'control-plane', cluster: { server: server.url, 'certificate-authority-data': Buffer.from(server.authority).toString('base64') } }],
    users: [{ name, user: { token, ...impersonation } }],
    contexts: [{ name, context: { cluster: 'control-plane', user: name } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
