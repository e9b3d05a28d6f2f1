import type { ServerResponse } from 'node:http';
import { bookmark, event, type FakeRequest, sendJson, statusObject } from './answers.ts';
import type { Objects } from './objects.ts';

export interface Watches {
  readonly open: number;
  start(request: FakeRequest, response: ServerResponse): void;
  /** Sends a bookmark of the present to every open watch. */
  bookmark(): void;
  /** Sends these bytes as they are. */
  raw(text: string): void;
  end(): void;
  reset(): void;
}

export interface WatchRules {
  watchList: boolean;
  compacted: number;
  goneAs: 'http' | 'stream';
}

export function makeWatches(objects: Objects, rules: WatchRules): Watches {
  const open = new Map<ServerResponse, string>();
  const send = (response: ServerResponse, line: object): void => void response.write(`${JSON.stringify(line)}\n`);
  objects.onChange((entry) => {
    for (const [response, collection] of open) if (collection === entry.collection) send(response, event(entry.type, entry.object));
  });
  const stream = (request: FakeRequest, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    open.set(response, request.path);
    response.on('close', () => open.delete(response));
  };
  return {
    get open() {
      return open.size;
    },
    start(request, response) {
      const from = request.query.get('resourceVersion');
      if (from === null) return startWatchList(request, response);
      const revision = Number(from);
      if (revision < rules.compacted && rules.goneAs === 'http') return sendJson(response, 410, statusObject(410, 'Expired', 'too old resource version'));
      stream(request, response);
      if (revision < rules.compacted) {
        send(response, event('ERROR', statusObject(410, 'Expired', 'too old resource version')));
        response.end();
        return undefined;
      }
      for (const entry of objects.since(request.path, revision)) send(response, event(entry.type, entry.object));
    },
    bookmark() {
      for (const response of open.keys()) send(response, bookmark(objects.revision));
    },
    raw(text) {
      for (const response of open.keys()) response.write(text);
    },
    end() {
      for (const response of open.keys()) response.end();
    },
    reset() {
      for (const response of open.keys()) response.socket?.resetAndDestroy();
    },
  };

  function startWatchList(request: FakeRequest, response: ServerResponse): void {
    if (!rules.watchList) return sendJson(response, 422, statusObject(422, 'Invalid', 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'));
    stream(request, response);
    for (const object of objects.list(request.path)) send(response, event('ADDED', object));
    send(response, bookmark(objects.revision, true));
  }
}
