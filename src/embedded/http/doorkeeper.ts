import type { IncomingMessage } from 'node:http';
import { Refusal } from '../api-server/refusal.ts';

export interface DoorOptions {
  /** Bearer tokens and the users that they stand for. */
  readonly users: ReadonlyMap<string, string>;
  /**
   * The user of a request without a token; without this option such a request is refused. kubectl sends no token over plain
   * HTTP (client-go reads credentials for TLS only), so a server that people use on loopback needs it.
   */
  readonly anonymous?: string;
}

/** Who may come in, and as whom. */
export interface Doorkeeper {
  /** The user of a request; 401 for unknown tokens, 403 for what a web page sends. */
  admit(request: IncomingMessage): string;
}

/** There are no permissions behind the door: who has a token, or may do without, may do everything. */
export function doorkeeper({ users, anonymous }: DoorOptions): Doorkeeper {
  return {
    admit({ headers }) {
      refuseWebPages(headers);
      const user = whoHas(headers.authorization, users, anonymous);
      const impersonated = headers['impersonate-user'];
      return typeof impersonated === 'string' && impersonated !== '' ? impersonated : user;
    },
  };
}

/** Pages in a browser reach loopback, too, by a name that they control or with a request that asks nobody. */
function refuseWebPages({ host = '', origin }: IncomingMessage['headers']): void {
  const name = host.replace(/:\d+$/u, '');
  const isLoopback = name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(name);
  if (origin !== undefined || !isLoopback) throw new Refusal(403, 'Forbidden', `This server speaks to programs on this machine only: use 127.0.0.1 as its name, not ${JSON.stringify(name)}, and no browser`);
}

function whoHas(authorization: string | undefined, users: ReadonlyMap<string, string>, anonymous: string | undefined): string {
  const token = /^Bearer (.+)$/iu.exec(authorization ?? '')?.[1];
  const user = authorization === undefined ? anonymous : users.get(token ?? '');
  if (user === undefined) throw new Refusal(401, 'Unauthorized', 'Unauthorized');
  return user;
}
