import { type Envelope, openEnvelope } from '../../kube/protobuf/envelope.ts';
import { message, schema, text } from '../../kube/protobuf/schema.ts';
import type { Schema } from '../../kube/protobuf/wire.ts';
import { Refusal } from '../api-server/refusal.ts';

/**
 * Reads a body in Kubernetes's protobuf form, in which kubectl's typed commands send theirs; they read JSON answers. Only those
 * messages that this server can do something with: `create namespace`, `auth can-i`, `auth whoami`. 415 for others.
 */
export function readProtobuf(bytes: Buffer): object {
  const { type, reader, object } = opened(bytes);
  const known = messages[`${String(type.apiVersion)} ${String(type.kind)}`];
  if (known === undefined) throw unreadable(`${String(type.kind)} is not read in this encoding: send JSON`);
  return { ...type, ...orRefused(() => reader.read(object, known)) };
}

/** Of `ObjectMeta`: what the commands above fill in. */
const metadata = message(schema({ name: [1, text], generateName: [2, text], namespace: [3, text] }));

const messages: Readonly<Record<string, Schema>> = {
  'v1 Namespace': schema({ metadata: [1, metadata] }),
  'authentication.k8s.io/v1 SelfSubjectReview': schema({ metadata: [1, metadata] }),
  'authorization.k8s.io/v1 SelfSubjectAccessReview': schema({
    metadata: [1, metadata],
    spec: [2, message(schema({
      resourceAttributes: [1, message(schema({ namespace: [1, text], verb: [2, text], group: [3, text], version: [4, text], resource: [5, text], subresource: [6, text], name: [7, text] }))],
      nonResourceAttributes: [2, message(schema({ path: [1, text], verb: [2, text] }))],
    }))],
  }),
};

const opened = (bytes: Buffer): Envelope => orRefused(() => openEnvelope(bytes));

function orRefused<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

const unreadable = (why: string): Refusal => new Refusal(415, 'UnsupportedMediaType', `The body in protobuf cannot be read: ${why}`);
