import { createHash } from 'node:crypto';
import type { AgentOptions, RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Api } from './api.ts';
import { type Connection, httpApi } from './http.ts';
import { loadKubeconfig } from './kubeconfig.ts';

export interface ConnectOptions {
  /** Path of a kubeconfig; absent means the usual places: in-cluster, $KUBECONFIG, ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Opens the door with a kubeconfig, or with the service account that the pod runs as. */
export function connect(options: ConnectOptions = {}): Api {
  return httpApi(kubeConfigConnection(loadKubeconfig(options.kubeconfig, options.context)));
}

/** Takes server, TLS files and credentials from client-node's KubeConfig; the sockets are ours and shared. */
export function kubeConfigConnection(config: KubeConfig): Connection {
  const server = config.getCurrentCluster()?.server?.replace(/\/+$/u, '');
  if (server === undefined) throw new Error('The kubeconfig names no cluster for its current context');
  let pool: Pool | undefined;
  let credentials: Promise<RequestOptions> | undefined;
  const refresh = async (): Promise<RequestOptions> => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return options;
  };
  return {
    server,
    async dispatchers() {
      // Requests that start together share one look at the credentials: a credential program is run once, not ten times.
      credentials ??= refresh().finally(() => {
        credentials = undefined;
      });
      const options = await credentials;
      const key = keyOf(options);
      if (pool?.key !== key) {
        // A rotated certificate means new sockets; requests under way finish on the old ones, which then close.
        retire(pool);
        pool = { key, ...openPool(config, options) };
      }
      return { calls: pool.calls, watches: pool.watches, headers: headersOf(options) };
    },
    async close() {
      await Promise.allSettled([pool?.calls.destroy(), pool?.watches.destroy()]);
    },
  };
}

interface Pool {
  readonly key: string;
  readonly calls: Dispatcher;
  readonly watches: Dispatcher;
}

function retire(pool: Pool | undefined): void {
  void Promise.allSettled([pool?.calls.close(), pool?.watches.close()]);
}

function keyOf(options: RequestOptions): string {
  const hash = createHash('sha256');
  for (const part of [options.ca, options.cert, options.key, options.servername, options.rejectUnauthorized]) {
    hash.update(Buffer.isBuffer(part) ? part : JSON.stringify(part ?? null)).update('\0');
  }
  return hash.digest('hex');
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
  if (options.auth !== undefined && options.auth !== null) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}

function openPool(config: KubeConfig, options: RequestOptions): { calls: Dispatcher; watches: Dispatcher } {
  const wanted = config.createDispatcherOptions(config.getCurrentCluster(), options as AgentOptions);
  // Keep-alive after 30 s notices a vanished network in 42 s; a hung server is noticed by the caller's own limit.
  const tcp = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 };
  const calls = { connections: 32, allowH2: false, headersTimeout: 65_000, bodyTimeout: 65_000 };
  const watches = { allowH2: false, headersTimeout: 10_000, bodyTimeout: 0 };
  if (wanted.type === 'socks') throw new Error(`The kubeconfig asks for the SOCKS proxy ${wanted.uri}: use an HTTP proxy or none`);
  if (wanted.type === 'proxy') {
    const proxy = { uri: wanted.uri, requestTls: wanted.requestTls } as ProxyAgent.Options;
    return { calls: new ProxyAgent({ ...calls, ...proxy }), watches: new ProxyAgent({ ...watches, ...proxy }) };
  }
  const connectOptions = wanted.type === 'agent' ? { ...wanted.connect, ...tcp } : tcp;
  return { calls: new Agent({ ...calls, connect: connectOptions }), watches: new Agent({ ...watches, connect: connectOptions }) };
}
