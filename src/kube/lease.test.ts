import { afterEach, beforeEach, expect, test } from 'vitest';
import { lostReply } from '../../test/fakes/api-server/answers.ts';
import { type FakeApiServer, fakeApiServer } from '../../test/fakes/api-server/fake-api-server.ts';
import { fakeClock } from '../../test/fakes/clock.ts';
import { eventually } from '../../test/fakes/eventually.ts';
import { seconds } from '../model/time.ts';
import type { Api } from './api.ts';
import { releaseLease, renewLease, takeLease, takeLeaseWhenExpired } from './lease.ts';

const clock = fakeClock();
const slot = { namespace: 'ours', name: 'evenkeel-slot-0', duration: seconds(30), now: clock.now() };
const path = '/apis/coordination.k8s.io/v1/namespaces/ours/leases/evenkeel-slot-0';
let server: FakeApiServer;
let api: Api;

beforeEach(async () => {
  server = await fakeApiServer();
  api = server.door();
});
afterEach(() => server.close());

const spec = (): unknown => (server.objects.get(path) as { spec?: unknown } | undefined)?.spec;

test('one holder at a time, and taking twice is taking once', async () => {
  expect(await takeLease(api, { ...slot, holder: 'a', annotations: { why: 'x' } })).toBe('taken');
  expect(await takeLease(api, { ...slot, holder: 'a' })).toBe('held-by-us');
  expect(await takeLease(api, { ...slot, holder: 'b' })).toMatchObject({ heldBy: 'a' });
  expect(spec()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 30, leaseTransitions: 1 });
  expect(server.objects.get(path)?.metadata['annotations']).toEqual({ why: 'x' });
});

test('two that try at the same moment: one has it', async () => {
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => takeLease(server.door(), { ...slot, holder })));
  expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
  expect(answers.filter((answer) => typeof answer !== 'string')).toHaveLength(3);
});

test('an old Lease is not free because of its age', async () => {
  server.objects.put(path.slice(0, path.lastIndexOf('/')), { metadata: { name: slot.name, namespace: slot.namespace }, spec: { holderIdentity: 'a', leaseDurationSeconds: 1, renewTime: '1970-01-01T00:00:00.000000Z' } });
  expect(await takeLease(api, { ...slot, holder: 'b' })).toMatchObject({ heldBy: 'a' });
  expect(await takeLease(api, { ...slot, holder: 'b', instead: 'somebody else' })).toMatchObject({ heldBy: 'a' });
  expect(await takeLease(api, { ...slot, holder: 'b', instead: 'a' })).toBe('taken');
});

test('a lost reply is an error first, and then ours', async () => {
  server.next([lostReply], ({ verb }) => verb === 'POST');
  await expect(takeLease(api, { ...slot, holder: 'a' })).rejects.toThrow('no answer');
  expect(await takeLease(api, { ...slot, holder: 'a' })).toBe('held-by-us');
});

test('only its holder renews it or gives it back', async () => {
  await takeLease(api, { ...slot, holder: 'a' });
  expect(await releaseLease(api, { ...slot, holder: 'b' })).toBe('not-held');
  expect(await renewLease(api, { ...slot, holder: 'b' })).toMatchObject({ heldBy: 'a' });
  expect(await renewLease(api, { ...slot, holder: 'a' })).toBe('renewed');
  expect(await releaseLease(api, { ...slot, holder: 'a' })).toBe('released');
  expect(spec()).toMatchObject({ holderIdentity: '' });
  expect(await takeLease(api, { ...slot, holder: 'b' })).toBe('taken');
  expect(spec()).toMatchObject({ leaseTransitions: 2 });
});

async function waitOut(meanwhile: () => Promise<unknown>): Promise<unknown> {
  const waiting = fakeClock();
  await takeLease(api, { ...slot, holder: 'a' });
  const answer = takeLeaseWhenExpired(api, { ...slot, holder: 'b' }, waiting);
  await eventually('waits', () => waiting.sleepers === 1);
  await waiting.advance(seconds(29));
  expect(waiting.sleepers).toBe(1);
  await meanwhile();
  await waiting.advance(seconds(1));
  return answer;
}

test('a holder that renews keeps it', async () => {
  expect(await waitOut(() => renewLease(api, { ...slot, holder: 'a' }))).toMatchObject({ heldBy: 'a' });
});

test('a holder that is silent for the whole duration has lost it', async () => {
  expect(await waitOut(() => Promise.resolve())).toBe('taken');
});

test('nobody to write for is said plainly', async () => {
  server.always((_, { response }) => {
    response.writeHead(404).end('{"reason":"NotFound"}');
  });
  await expect(takeLease(api, { ...slot, holder: 'a' })).rejects.toThrow('the namespace ours does not exist');
});
