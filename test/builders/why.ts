import type { Verdict, WhyFacts } from '../../src/decide/why/facts.ts';
import { why } from '../../src/decide/why/verdict.ts';
import type { NodeFence, NodeFenceStatus } from '../../src/model/nodefence.ts';
import { instant, minutes } from '../../src/model/time.ts';
import { aDeadNode, aFence, aStatus, aWellNode, now, secondsAgo, selectorOf } from './fencing.ts';

export { now, secondsAgo };

/** The facts of a person who asks about `worker-1`, dead for 25 s, in a cluster where somebody leads. */
export const someFacts = (given: Partial<WhyFacts> = {}): WhyFacts => ({
  name: 'worker-1',
  node: aDeadNode({ name: 'worker-1', uid: 'uid-worker-1', bootID: 'boot-worker-1' }),
  readySince: instant(now.wall - 25_000),
  fences: [],
  leader: { kind: 'leads', holder: 'evenkeel-1' },
  settings: { nodeSelector: selectorOf('fencing=enabled'), window: minutes(1), from: 'evenkeel.yaml' },
  now: now.wall,
  ...given,
});

export const aRecord = (status?: NodeFenceStatus, spec: Partial<NodeFence['spec']> = {}): NodeFence => aFence(status, { name: 'worker-1-3f2a9c1d07', spec: { nodeName: 'worker-1', ...spec } });

const step = (time: string, step: string, note: string): NodeFenceStatus['timeline'][number] => ({ time: `2026-01-01T${time}Z`, step, outcome: '', note });

const detected = step('11:56:00', 'Detected', 'worker-1 is taken for dead (Ready has not been True for 1m); attempt 1 is recorded before anything is done');

/** The five situations that docs/operating.md shows. */
export const situations: Readonly<Record<string, Verdict>> = {
  'The node is down, and not for long enough': why(someFacts()),
  'A guard holds it': why(
    someFacts({
      fences: [
        aRecord(
          aStatus('Held', {
            reason: 'HoldLabel',
            message: 'the node carries the label evenkeel.dev/hold',
            timeline: [detected, step('11:56:01', 'Held', 'worker-1 is not fenced: the node carries the label evenkeel.dev/hold')],
          }),
        ),
      ],
    }),
  ),
  'Its power command was sent, and proof is looked for': why(
    someFacts({
      fences: [
        aRecord(
          aStatus('Verifying', {
            reason: 'CommandClaimed',
            message: 'openstack off for worker-1 says that it is done: that is a claim, now the proof is looked for',
            command: { action: 'off', method: 'openstack', by: 'evenkeel-1', epoch: 3, at: '2026-01-01T11:59:31Z', limit: minutes(3), outcome: 'claimed' },
            timeline: [
              detected,
              step('11:59:30', 'Isolating', 'worker-1 is isolated: no new pod may land on it'),
              step('11:59:31', 'CommandStarted', 'openstack off is sent to worker-1 for worker-1'),
              step('11:59:48', 'CommandClaimed', 'openstack off for worker-1 says that it is done: that is a claim, now the proof is looked for'),
            ],
          }),
        ),
      ],
    }),
  ),
  'It needs a person': why(
    someFacts({
      fences: [
        aRecord(
          aStatus('NeedsHuman', {
            reason: 'NotProved',
            message: 'Nothing proves that worker-1 is down (no proof within 5m after openstack off (claimed; status: on, the script says so)) and no further method is left: nothing was released. Make sure that the machine is off, then confirm it',
            command: { action: 'off', method: 'openstack', by: 'evenkeel-1', epoch: 3, at: '2026-01-01T11:50:31Z', limit: minutes(3), outcome: 'claimed' },
            timeline: [{ ...detected, time: '2026-01-01T11:50:00Z' }, step('11:58:30', 'NeedsHuman', 'Nothing proves that worker-1 is down, and no further method is left')],
          }),
        ),
      ],
    }),
  ),
  'evenkeel is paused': why(
    someFacts({
      paused: { by: 'alice', reason: 'moving rack 7' },
      fences: [
        aRecord(
          aStatus('Held', {
            reason: 'Paused',
            message: 'alice has paused evenkeel (moving rack 7)',
            timeline: [detected, step('11:56:01', 'Held', 'worker-1 is not fenced: alice has paused evenkeel (moving rack 7)')],
          }),
        ),
      ],
    }),
  ),
};

export { aDeadNode, aStatus, aWellNode };
