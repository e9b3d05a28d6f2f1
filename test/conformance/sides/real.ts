import { readFile } from 'node:fs/promises';
import { Agent, type Dispatcher, request } from 'undici';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import type { Answer, PlainRequest, Side, Stream, WatchLine } from './side.ts';
import { manifest } from './manifest.ts';

/** kube-apiserver with etcd and nothing else, with the NodeFence CRD. */
export async function realSide(name: string): Promise<Side> {
  const plane = await startControlPlane({ apiServerOnly: true, nodes: [], extraArgs: { 'kube-apiserver': flags } });
  const { users } = JSON.parse(await readFile(plane.kubeconfig(), 'utf8')) as { users: { user: { token: string } }[] };
  const connect = { ca: plane.authority, timeout: 10_000 };
  const calls = new Agent({ connect, connections: 16, allowH2: false });
  const watches = new Agent({ connect, bodyTimeout: 0, allowH2: true, maxConcurrentStreams: 200 });
  const headers = { authorization: `Bearer ${users[0]?.user.token ?? ''}`, accept: 'application/json' };
  const ask = async (asked: PlainRequest, dispatcher: Dispatcher): Promise<Dispatcher.ResponseData> => request(`${plane.server}${asked.path}${queryOf(asked)}`, {
    method: asked.method,
    dispatcher,
    headers: { ...headers, 'content-type': asked.contentType ?? 'application/json' },
    body: asked.body ?? null,
  });
  const side: Side = {
    name,
    ask: async (asked) => answerOf(await ask(asked, calls)),
    watch: async (asked) => streamOf(await ask(asked, watches)),
    age: () => age(plane),
    async stop() {
      await Promise.allSettled([calls.destroy(), watches.destroy()]);
      await plane.stop();
    },
  };
  await plane.kubectl('apply', '-f', manifest('base/crd.yaml'));
  await plane.kubectl('wait', '--for=condition=Established', 'crd/nodefences.evenkeel.dev');
  return side;
}

/**
 * Without the admission plugin ServiceAccount, which asks for a service account that kube-controller-manager would make;
 * without audit and flow control, which cost time and say nothing.
 */
const flags = ['--disable-admission-plugins=ServiceAccount', '--audit-policy-file=', '--audit-log-path=', '--enable-priority-and-fairness=false'];

const queryOf = ({ query }: PlainRequest): string => {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
};

async function answerOf(response: Dispatcher.ResponseData): Promise<Answer> {
  const text = await response.body.text();
  const wait = Number(response.headers['retry-after'] ?? Number.NaN);
  return { code: response.statusCode, body: parsed(text), retryAfter: Number.isNaN(wait) ? undefined : wait };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function streamOf(response: Dispatcher.ResponseData): Promise<Stream> {
  if (response.statusCode !== 200) return { kind: 'refused', answer: await answerOf(response) };
  return { kind: 'open', lines: linesOf(response.body), close: () => void response.body.destroy() };
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<WatchLine> {
  let rest = '';
  for await (const chunk of body) {
    rest += chunk.toString('utf8');
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as WatchLine;
  }
}

/** etcd forgets what was, and a new kube-apiserver's watch caches begin now. */
async function age(plane: ControlPlane): Promise<void> {
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await request(`${plane.etcd}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`etcd refused ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text);
  };
  const { header } = (await post('/v3/kv/range', { key: Buffer.from('x').toString('base64') })) as { header: { revision: string } };
  await plane.stop('kube-apiserver');
  await post('/v3/kv/compaction', { revision: header.revision });
  await plane.start('kube-apiserver');
}
