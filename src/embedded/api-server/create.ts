import { handler } from './handle.ts';
import { Registry } from './registry.ts';
import type { EmbeddedServer, ServerParts } from './server.ts';
import { storeDoor } from './store-door.ts';

/** Makes a small API server that knows these kinds. It holds nothing yet, no namespace either. */
export function createServer(parts: ServerParts): EmbeddedServer {
  const registry = new Registry(parts);
  return {
    handle: handler(registry),
    store: storeDoor(registry),
    addKind: (kind) => registry.addKind(kind),
    close() {
      for (const { watchers } of registry.shelves) for (const watcher of watchers) watcher.end();
    },
  };
}
