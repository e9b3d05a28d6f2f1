import { answer } from './answers.ts';
import { wrongMethod } from './refusals.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';

/** What the server says of itself: its version, and that it is well. Undefined for other paths. */
export function plainPage({ path, method }: ServerRequest): ServerAnswer | undefined {
  const page = pages[path];
  if (page !== undefined && method !== 'GET') throw wrongMethod();
  return page;
}

/** The Kubernetes version whose rules this server follows. */
const version = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'evenkeel/embedded',
};

const ok: ServerAnswer = { kind: 'text', code: 200, text: 'ok' };

const pages: Readonly<Record<string, ServerAnswer>> = {
  '/version': answer(200, version),
  '/version/': answer(200, version),
  '/healthz': ok,
  '/readyz': ok,
  '/livez': ok,
};
