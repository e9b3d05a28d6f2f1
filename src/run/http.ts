import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { collectProcessMetrics, type Metrics } from '../report/metrics.ts';

export interface Probes {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** Why this replica is not ready to act, or `undefined`. */
  notReady(): string | undefined;
  /** Brings gauges up to date just before they are read. */
  refresh(): void;
}

/** What answers probes until it is closed. */
export interface Serving {
  readonly port: number | undefined;
  close(): void;
}

/** Makes metrics and probes reachable from outside the process. A port: who runs the controller in its own process reads them directly. */
export type Serve = (probes: Probes) => Promise<Serving>;

/** Serves /metrics, /healthz and /readyz over HTTP, to GET only. Liveness means that the event loop turns, not that the API answers. */
export const serveProbes: Serve = async (probes) => {
  collectProcessMetrics(probes.metrics);
  const server = createServer((request, response) => void answer(probes, request, response));
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(probes.port, probes.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
};

async function answer(probes: Probes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0];
  if (request.method !== 'GET') return end(response, 405, 'Only GET is answered here\n');
  if (path === '/healthz') return end(response, 200, 'ok\n');
  if (path === '/readyz') {
    const problem = probes.notReady();
    return end(response, problem === undefined ? 200 : 503, `${problem ?? 'ok'}\n`);
  }
  if (path !== '/metrics') return end(response, 404, 'Not found: there is /metrics, /healthz and /readyz\n');
  probes.refresh();
  response.setHeader('content-type', probes.metrics.registry.contentType);
  return end(response, 200, await probes.metrics.registry.metrics());
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}
