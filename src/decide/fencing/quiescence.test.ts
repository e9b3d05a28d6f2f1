import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../../model/decision.ts';
import type { NodeFence, NodeFenceStatus } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { aConfiguration, now } from '../../../test/builders/fencing.ts';
import { aRandomSnapshot } from '../../../test/builders/random-fencing.ts';
import { decideFences, nodeOf } from './decide.ts';

const config = aConfiguration({ guards: { maxConcurrent: 2, maxUnhealthy: { kind: 'count', nodes: 3 } } });

/** The cluster after this record was written and nothing else has happened: the phase that it begins has just been seen. */
function after(snapshot: Snapshot, decision: Decision): Snapshot {
  if (!('advance' in decision) || decision.advance === undefined) return snapshot;
  const { fence, advance } = decision;
  const status = { ...fence.status, ...advance.change } as NodeFenceStatus;
  const moved = status.phase !== fence.status?.phase || status.reason !== fence.status.reason;
  const fences = new Map<string, NodeFence>([...snapshot.fences, [fence.metadata.name, { ...fence, status }]]);
  return { ...snapshot, fences, phaseSince: (name) => (moved && name === fence.metadata.name ? now.tick : snapshot.phaseSince(name)) };
}

const inWords = (decision: Decision): string => ('advance' in decision && decision.advance !== undefined ? `${decision.fence.metadata.name} ${decision.advance.change.phase ?? '-'} ${decision.advance.change.reason ?? '-'}` : '');

test('while nothing happens in the cluster, no record goes round in circles', () => {
  fc.assert(
    fc.property(aRandomSnapshot, (first) => {
      let snapshot = first;
      const written: string[] = [];
      for (let pass = 0; pass < 40; pass += 1) {
        const next = decideFences(snapshot, config, now).find((decision) => decision.kind !== 'wait' && nodeOf(decision) === 'n1' && inWords(decision) !== '');
        if (next === undefined) return;
        written.push(inWords(next));
        snapshot = after(snapshot, next);
      }
      expect(written).toEqual('an end');
    }),
    { numRuns: 2_000 },
  );
});
