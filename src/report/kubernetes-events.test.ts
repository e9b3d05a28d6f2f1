import { describe, expect, test } from 'vitest';
import { settle } from '../../test/builders/acting.ts';
import { type FakeClock, fakeClock } from '../../test/fakes/clock.ts';
import { type FakeCluster, fakeCluster } from '../../test/fakes/cluster.ts';
import { seconds } from '../model/time.ts';
import { cut, type EventToWrite, type EventWriter, eventWriter } from './kubernetes-events.ts';

const events = '/api/v1/namespaces/default/events';

function writing(): { writer: EventWriter; cluster: FakeCluster; clock: FakeClock; failures: unknown[] } {
  const cluster = fakeCluster();
  const clock = fakeClock();
  const failures: unknown[] = [];
  const writer = eventWriter({ api: cluster, clock, instance: 'evenkeel-0', random: () => 0.5, failed: (error) => void failures.push(error) });
  return { writer, cluster, clock, failures };
}

const anEvent = (given: Partial<EventToWrite> = {}): EventToWrite => ({
  reason: 'NodeIsolated',
  action: 'Taint',
  type: 'Normal',
  note: 'n1 is isolated',
  at: fakeClock().now().wall,
  regarding: { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'uid-n1' },
  related: undefined,
  ...given,
});

describe('a Kubernetes Event', () => {
  test('fills in both the new fields and those that exporters read', async () => {
    const { writer, cluster } = writing();
    writer.write(anEvent());
    await writer.flush();
    expect(cluster.writes).toMatchObject([
      {
        verb: 'POST',
        path: events,
        body: {
          involvedObject: { kind: 'Node', name: 'n1', uid: 'uid-n1' },
          reason: 'NodeIsolated',
          type: 'Normal',
          message: 'n1 is isolated',
          eventTime: '2026-01-01T00:00:00.000000Z',
          firstTimestamp: '2026-01-01T00:00:00Z',
          lastTimestamp: '2026-01-01T00:00:00Z',
          count: 1,
          source: { component: 'evenkeel.dev/controller' },
          reportingComponent: 'evenkeel.dev/controller',
          reportingInstance: 'evenkeel-0',
        },
      },
    ]);
  });

  test('about a pod lives in the namespace of the pod', async () => {
    const { writer, cluster } = writing();
    writer.write(anEvent({ regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'es-0', uid: 'u' } }));
    await writer.flush();
    expect(cluster.writes).toMatchObject([{ path: '/api/v1/namespaces/shop/events', body: { metadata: { namespace: 'shop' } } }]);
  });

  test('never shares its name with another one of the same moment', async () => {
    const { writer, cluster } = writing();
    for (let count = 0; count < 3; count += 1) writer.write(anEvent());
    await writer.flush();
    expect(new Set(cluster.writes.map(({ body }) => (body as { metadata: { name: string } }).metadata.name)).size).toBe(3);
  });

  test('is written again when the API server is away, and only once when its answer was lost', async () => {
    const { writer, cluster, clock, failures } = writing();
    cluster.meddle(/^POST/u, 'refuse', 2);
    writer.write(anEvent());
    await settle();
    cluster.meddle(/^POST/u, 'loseReply');
    for (let second = 0; second < 60; second += 1) await clock.advance(seconds(1));
    await writer.flush();
    expect(cluster.asked.length).toBe(4);
    expect(failures).toEqual([]);
  });

  test('is given up at last, and the next one is written', async () => {
    const { writer, cluster, clock, failures } = writing();
    cluster.meddle(/^POST/u, 'refuse', 12);
    writer.write(anEvent());
    writer.write(anEvent({ reason: 'Next' }));
    for (let second = 0; second < 200; second += 1) await clock.advance(seconds(1));
    expect(failures).toHaveLength(1);
    expect(cluster.writes.at(-1)).toMatchObject({ body: { reason: 'Next' } });
  });

  test('does not wait without end behind others: the queue has a limit', () => {
    const { writer, cluster } = writing();
    cluster.meddle(/^POST/u, 'refuse', 5_000);
    for (let count = 0; count < 1_500; count += 1) writer.write(anEvent());
    expect(writer.dropped).toBeGreaterThan(400);
  });
});

describe('a note', () => {
  test.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['one too long', 11, 'one too …'],
    ['ねずみねずみ', 12, 'ねずみ…'],
    ['ねずみねずみ', 13, 'ねずみ…'],
    ['ねずみねずみ', 14, 'ねずみ…'],
    ['a😀b', 6, 'a😀b'],
    ['a😀bc', 6, 'a…'],
  ])('%j within %i bytes is %j', (text, bytes, expected) => {
    expect(cut(text, bytes)).toBe(expected);
    expect(Buffer.byteLength(cut(text, bytes))).toBeLessThanOrEqual(bytes);
  });
});
