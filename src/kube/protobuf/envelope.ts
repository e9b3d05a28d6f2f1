import { schema, text } from './schema.ts';
import { type Alike, type Span, WireReader } from './wire.ts';

export const protobuf = 'application/vnd.kubernetes.protobuf';

const magic = Buffer.from('k8s\0', 'latin1');
/** Fields of `runtime.Unknown`: what the object is, and the object itself. */
const typeMeta = 1;
const raw = 2;
const typeOf = schema({ apiVersion: [1, text], kind: [2, text] });

/** What every body in Kubernetes's protobuf form begins with, and where in it the object stands. */
export interface Envelope {
  readonly type: { readonly apiVersion?: string; readonly kind?: string };
  readonly reader: WireReader;
  readonly object: Span;
}

/** Opens a body (`k8s.io/apimachinery/pkg/runtime/generated.proto`). Throws for what is none. */
export function openEnvelope(body: Buffer, alike: Alike = new Map()): Envelope {
  if (!body.subarray(0, magic.length).equals(magic)) throw new Error('it does not begin as Kubernetes writes protobuf');
  const reader = new WireReader(body, alike);
  const all: Span = { start: magic.length, end: body.length };
  const [type] = reader.spans(all, typeMeta);
  const [object] = reader.spans(all, raw);
  if (object === undefined) throw new Error('it holds no object');
  return { type: type === undefined ? {} : reader.read(type, typeOf), reader, object };
}
