import { Refusal } from '../api-server/refusal.ts';

/** The content type that kubectl's typed commands send; they read JSON answers. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

/**
 * Reads a body in Kubernetes' protobuf encoding (`k8s.io/apimachinery/pkg/runtime/generated.proto`): the magic number `k8s\0`,
 * then kind and bytes. Only the messages that kubectl sends this way and that this server can do something with: `create
 * namespace`, `auth can-i`, `auth whoami`. 415 for others.
 */
export function readProtobuf(bytes: Buffer): object {
  if (bytes.subarray(0, 4).toString('latin1') !== 'k8s\0') throw unreadable('it does not begin with the magic number of Kubernetes');
  const envelope = fields(bytes.subarray(4));
  const type = read(envelope.get(1)?.[0], { apiVersion: 1, kind: 2 });
  const message = messages[`${String(type['apiVersion'])} ${String(type['kind'])}`];
  if (message === undefined) throw unreadable(`${String(type['kind'])} is not read in this encoding: send JSON`);
  return { ...type, ...read(envelope.get(2)?.[0], message) };
}

/** Field numbers of texts, and of messages with their own fields. */
interface Message {
  readonly [field: string]: number | { readonly number: number; readonly message: Message };
}

/** Of `ObjectMeta`: what the commands above fill in. */
const metadata = { number: 1, message: { name: 1, generateName: 2, namespace: 3 } };

const messages: Readonly<Record<string, Message>> = {
  'v1 Namespace': { metadata },
  'authentication.k8s.io/v1 SelfSubjectReview': { metadata },
  'authorization.k8s.io/v1 SelfSubjectAccessReview': {
    metadata,
    spec: {
      number: 2,
      message: {
        resourceAttributes: { number: 1, message: { namespace: 1, verb: 2, group: 3, version: 4, resource: 5, subresource: 6, name: 7 } },
        nonResourceAttributes: { number: 2, message: { path: 1, verb: 2 } },
      },
    },
  },
};

function read(bytes: Buffer | undefined, message: Message): Readonly<Record<string, unknown>> {
  const found = bytes === undefined ? new Map<number, Buffer[]>() : fields(bytes);
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(message)) {
    const value = found.get(typeof field === 'number' ? field : field.number)?.[0];
    if (value !== undefined) result[name] = typeof field === 'number' ? value.toString('utf8') : read(value, field.message);
  }
  return result;
}

/** The fields of a message that have a length; numbers are passed over. */
function fields(bytes: Buffer): ReadonlyMap<number, readonly Buffer[]> {
  const result = new Map<number, Buffer[]>();
  let place = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[place];
      if (byte === undefined || factor > 2 ** 49) throw unreadable('it is cut off');
      place += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (place < bytes.length) {
    const tag = number();
    const length = lengths[tag & 7] ?? (tag % 8 === 2 ? number() : undefined);
    if (length === undefined) number();
    else {
      if (place + length > bytes.length) throw unreadable('it is cut off');
      if (tag % 8 === 2) result.set(Math.floor(tag / 8), [...(result.get(Math.floor(tag / 8)) ?? []), bytes.subarray(place, place + length)]);
      place += length;
    }
  }
  return result;
}

/** By wire type: fixed64 and fixed32. */
const lengths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

const unreadable = (why: string): Refusal => new Refusal(415, 'UnsupportedMediaType', `The body in protobuf cannot be read: ${why}`);
