import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type Command, type FenceDevice, commands } from './fence-device.ts';

export interface DeviceServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The device's network port, for fence scripts: `POST /<machine>/<command>?attempt=<attempt>`. The body of the answer is
 * one JSON line; 200 is yes, 502 is no.
 */
export async function serveDevice(device: FenceDevice): Promise<DeviceServer> {
  const server = createServer((request, response) => void answer(device, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The fence device got no port on 127.0.0.1');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      device.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function answer(device: FenceDevice, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://device');
  const [machine = '', command = ''] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (request.method !== 'POST' || !isCommand(command)) {
    reply(response, 404, { message: 'Send POST /<machine>/<off|on|reboot|status|monitor>?attempt=<attempt>' });
    return;
  }
  const attempt = url.searchParams.get('attempt') ?? '';
  const { ok, power, message } = await device.command({ command, machine, attempt });
  if (!response.destroyed) reply(response, ok ? 200 : 502, { id: machine, attempt: /^\d+$/u.test(attempt) ? Number(attempt) : attempt, power, message });
}

const isCommand = (text: string): text is Command => (commands as readonly string[]).includes(text);

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(`${JSON.stringify(body)}\n`);
}
