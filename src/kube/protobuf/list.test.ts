import { describe, expect, test } from 'vitest';
import { listReader, readStatus } from './list.ts';
import { podSchema } from './pod.ts';

/* Bodies as Kubernetes writes them, put together by hand; the real ones are compared with JSON in test/e2e/protobuf.test.ts. */

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

const number = (field: number, value: number): Buffer => Buffer.concat([varint(BigInt(field << 3)), varint(BigInt(value))]);
const part = (field: number, ...of: (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(of.map((each) => Buffer.from(each)));
  return Buffer.concat([varint(BigInt((field << 3) | 2)), varint(BigInt(body.length)), body]);
};
const entry = (field: number, key: string, value: string): Buffer => part(field, part(1, key), part(2, value));
const answer = (object: Buffer): Buffer => Buffer.concat([Buffer.from('k8s\0'), part(1, part(1, 'v1'), part(2, 'PodList')), part(2, object), part(3, ''), part(4, '')]);
const list = (...pods: Buffer[]): Buffer => answer(Buffer.concat([part(1, part(2, '42'), part(3, 'next')), ...pods.map((pod) => part(2, pod))]));

const read = (body: Buffer): object[] => [...listReader(podSchema)(body).items];
const withSpec = (...spec: Buffer[]): Buffer => list(part(2, ...spec));

describe('a list in protobuf form', () => {
  test('has its version, and where the next page begins', () => {
    expect(listReader(podSchema)(list()).metadata).toEqual({ resourceVersion: '42', continue: 'next' });
  });

  test('gives the fields that records keep, and passes over the others of every wire type', () => {
    const metadata = part(1, part(1, 'web-1'), part(3, 'shop'), number(7, 3), part(17, 'managed by many'), entry(11, 'app', 'web'), part(8, number(1, 1_767_225_600)));
    const unknown = [number(900, 300), Buffer.concat([varint(BigInt((901 << 3) | 1)), Buffer.alloc(8)]), Buffer.concat([varint(BigInt((902 << 3) | 5)), Buffer.alloc(4)]), part(903, 'x')];
    expect(read(list(Buffer.concat([metadata, ...unknown])))).toEqual([{ metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' }, creationTimestamp: '2026-01-01T00:00:00Z' } }]);
  });

  test.each([
    ['a priority below zero', number(25, -5), { priority: -5 }],
    ['a priority of zero', number(25, 0), { priority: 0 }],
    ['the largest whole number of a field', number(25, 2_147_483_647), { priority: 2_147_483_647 }],
    ['an empty text, as JSON does', part(10, ''), {}],
    ['a node selector without values', entry(7, 'disk', ''), { nodeSelector: { disk: '' } }],
    ['a label named __proto__', entry(7, '__proto__', 'x'), { nodeSelector: JSON.parse('{"__proto__":"x"}') as object }],
    ['a quantity', part(32, part(1, 'cpu'), part(2, part(1, '100m'))), { overhead: { cpu: '100m' } }],
    ['an empty volume source', part(1, part(1, 'scratch'), part(2, part(2))), { volumes: [{ emptyDir: {} }] }],
    ['a term without a selector, which matches nothing', part(18, part(3, part(1, part(3, 'host')))), { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host' }] } } }],
    ['a term with an empty selector, which matches everything', part(18, part(3, part(1, part(1)))), { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {} }] } } }],
    ['letters that are not ASCII', part(10, 'knöten-1'), { nodeName: 'knöten-1' }],
  ])('reads %s', (_, field, spec) => {
    expect(read(withSpec(field))).toEqual([{ spec }]);
  });

  test('shares what replicas have in common', () => {
    const pod = part(2, part(22, part(1, 'dedicated'), part(2, 'Exists')));
    const [one, other] = read(list(pod, pod)) as { spec: { tolerations: object[] } }[];
    expect(one?.spec.tolerations[0]).toEqual({ key: 'dedicated', operator: 'Exists' });
    expect(one?.spec.tolerations[0]).toBe(other?.spec.tolerations[0]);
  });

  test('that is cut off anywhere is an error, never half a list', () => {
    const whole = list(part(1, part(1, 'web-1')), part(2, part(10, 'n1'), number(25, 1_000_000)));
    const end = whole.length - Buffer.concat([part(3, ''), part(4, '')]).length;
    for (let length = 0; length < end; length += 1) expect(() => read(whole.subarray(0, length)), `${length} bytes`).toThrow(/does not begin|holds no object|longer than|in the middle/u);
  });

  test.each([
    ['JSON', Buffer.from('{"items":[]}'), 'does not begin'],
    ['a number without an end', Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(12, 0xff)]), 'more than ten bytes'],
    ['a group, which Kubernetes does not use', answer(Buffer.from([0x0b, 0x0c])), 'no wire type'],
  ])('is not %s', (_, body, says) => {
    expect(() => read(body)).toThrow(says);
  });
});

test('a refusal in protobuf form says why', () => {
  expect(readStatus(answer(Buffer.concat([part(2, 'Failure'), part(3, 'too old'), part(4, 'Expired'), number(6, 410)])))).toEqual({ message: 'too old', reason: 'Expired' });
  expect(readStatus(Buffer.from('a proxy says no'))).toBeUndefined();
});
