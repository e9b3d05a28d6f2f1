import { answered, type Api, ApiError } from '../../kube/api.ts';
import { collectionPath, type Resource } from '../../kube/paths.ts';
import { MustRelist } from '../../kube/reflector-events.ts';
import { listPages } from '../../kube/reflector-list.ts';
import { formatInstant, type Instant } from '../../model/time.ts';
import { apiVersionOf, snapshotKind, snapshotKinds, snapshotVersion } from './kinds.ts';
import { pruned } from './prune.ts';

/** Where a snapshot goes, piece by piece. */
export interface SnapshotSink {
  write(text: string): void;
  /** Remembers this place; the function that it gives back takes away what was written since, or throws when it cannot. */
  mark(): () => void;
}

export interface TakenSnapshot {
  /** Kind → how many objects. */
  readonly counts: ReadonlyMap<string, number>;
  /** One sentence for each kind that could not be read. */
  readonly warnings: readonly string[];
}

/** Writes what a rebalance run reads of the cluster, one object a line, page by page as it comes. */
export async function takeSnapshot(api: Api, sink: SnapshotSink, now: Instant, signal: AbortSignal): Promise<TakenSnapshot> {
  const counts = new Map<string, number>();
  const warnings: string[] = [];
  let separator = '\n';
  sink.write(`{"apiVersion":"${snapshotVersion}","kind":"${snapshotKind}","takenAt":"${formatInstant(now)}","items":[`);
  for (const [kind, { resource, essential }] of snapshotKinds) {
    const head = `{"apiVersion":"${apiVersionOf(resource)}","kind":"${kind}",`;
    const before = separator;
    const rewind = sink.mark();
    const take = (items: readonly unknown[]): void => {
      const lines = items.map((item) => `${head}${JSON.stringify(pruned(kind, item)).slice(1)}`);
      if (lines.length === 0) return;
      sink.write(`${separator}${lines.join(',\n')}`);
      separator = ',\n';
      counts.set(kind, (counts.get(kind) ?? 0) + lines.length);
    };
    const forget = (): void => {
      rewind();
      separator = before;
      counts.delete(kind);
    };
    const refused = await listOrSay({ api, resource, signal }, take, forget);
    if (refused !== undefined && essential) throw refused;
    if (refused === undefined) continue;
    // A refusal may come in the middle of the list: half a kind would look like all of it.
    forget();
    warnings.push(`${resource.plural} are not in the snapshot: ${refused.message}`);
  }
  sink.write('\n]}\n');
  return { counts, warnings };
}

const mostTries = 3;

/** Lists one kind; a list whose continue token expired is begun anew. Returns the refusal of a server that does not let us. */
async function listOrSay(want: { api: Api; resource: Resource; signal: AbortSignal }, take: (items: readonly unknown[]) => void, forget: () => void): Promise<ApiError | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await listPages(want.api, { path: collectionPath(want.resource), query: {} }, take, want.signal);
      return undefined;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return error;
      if (!(error instanceof MustRelist || answered(error, 410)) || attempt === mostTries) throw error;
      forget();
    }
  }
}
