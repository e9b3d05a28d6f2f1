import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { component } from '../../control-plane/component.ts';
import { freePort } from '../../control-plane/ports.ts';

/** A real Prometheus on loopback that scrapes this process every second. */
export interface Prometheus {
  readonly url: string;
  /** What the exporter shows from now on: one gauge, `busy`, a node. */
  show(busy: Readonly<Record<string, number>>): void;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** A directory that a watchdog clears up: the one of a control plane. */
  readonly directory: string;
  /** Serves https with this certificate and key, files in PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** Starts Debian's package `prometheus`, which .ci/setup installs. */
export async function startPrometheus({ directory: parent, tls }: PrometheusOptions): Promise<Prometheus> {
  let shown: Readonly<Record<string, number>> = {};
  const exporter = await serve(() => Object.entries(shown).map(([node, value]) => `busy{instance="${node}"} ${value}\n`).join(''));
  const port = await freePort();
  const directory = join(parent, `prometheus-${port}`);
  await mkdir(directory);
  const scrape = { job_name: 'nodes', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${(exporter.address() as AddressInfo).port}`] }] };
  // JSON is YAML, too.
  await writeFile(join(directory, 'prometheus.yml'), JSON.stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [scrape] }));
  await writeFile(join(directory, 'web.yml'), JSON.stringify(tls === undefined ? {} : { tls_server_config: { cert_file: tls.certificate, key_file: tls.key } }));
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const files = [`--config.file=${join(directory, 'prometheus.yml')}`, `--web.config.file=${join(directory, 'web.yml')}`, `--storage.tsdb.path=${join(directory, 'data')}`];
  const process = component({ name: `prometheus-${port}`, binary: 'prometheus', args: [...files, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'], health: `${url}/-/ready` }, parent);
  await process.start();
  return {
    url,
    show: (busy) => void (shown = busy),
    async stop() {
      await process.kill();
      exporter.closeAllConnections();
      exporter.close();
    },
  };
}

function serve(page: () => string): Promise<Server> {
  const server = createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page()));
  return new Promise((resolve, reject) => void server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server)));
}
