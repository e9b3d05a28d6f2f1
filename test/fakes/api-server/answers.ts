import type { IncomingMessage, ServerResponse } from 'node:http';

export interface FakeRequest {
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** What happens to one request. `honest` carries it out as the fake server would without a script. */
export type Answer = (request: FakeRequest, raw: { incoming: IncomingMessage; response: ServerResponse; honest(): void }) => void;

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export const statusObject = (code: number, reason: string, message = reason): unknown => ({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });

/** An honest refusal. */
export const refuse = (code: number, reason: string, retryAfter?: number): Answer => (_, { response }) => {
  sendJson(response, code, statusObject(code, reason), retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
};

/** The connection breaks before any answer. */
export const reset: Answer = (_, { incoming }) => void incoming.socket.resetAndDestroy();

/** Nothing, for ever; the connection stays open. */
export const silence: Answer = () => undefined;

/** What was asked for is done, and the connection breaks before the answer. */
export const lostReply: Answer = (_, { incoming, response, honest }) => {
  response.end = () => {
    incoming.socket.resetAndDestroy();
    return response;
  };
  response.writeHead = () => response;
  honest();
};

/** A watch that says exactly this. Lines get their line feed; the last one only when it is not `cut`. */
export const says = (lines: readonly (string | object)[], then: 'ends' | 'stays' | 'resets' | 'cut' = 'ends'): Answer => (_, { incoming, response }) => {
  const written = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(then === 'cut' || written === '' ? written : `${written}\n`);
  if (then === 'ends' || then === 'cut') response.end();
  if (then === 'resets') setImmediate(() => incoming.socket.resetAndDestroy());
};

export const event = (type: string, object: unknown): object => ({ type, object });
export const bookmark = (version: number, initialEventsEnd = false): object => ({
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: String(version), ...(initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}) } },
});
