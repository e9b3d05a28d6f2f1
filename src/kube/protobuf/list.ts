import { type Alike, type Schema, WireReader } from './wire.ts';

export const protobuf = 'application/vnd.kubernetes.protobuf';

/** A page of a list; its items are read as they are taken. */
export interface Page {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: Iterable<object>;
}

const magic = Buffer.from('k8s\0', 'latin1');
/** `runtime.Unknown.raw`: the object itself. */
const raw = 2;
const status: Schema = [undefined, undefined, undefined, { name: 'message', type: { kind: 'text' } }, { name: 'reason', type: { kind: 'text' } }];
const listMetadata: Schema = [undefined, undefined, { name: 'resourceVersion', type: { kind: 'text' } }, { name: 'continue', type: { kind: 'text' } }];

/**
 * Reads lists of one kind in Kubernetes's protobuf form: some two thirds of the bytes of JSON, half of which (managedFields,
 * environments, probes …) are passed over without being looked at. Throws for what is no such list.
 */
export function listReader(schema: Schema): (body: Buffer) => Page {
  const alike: Alike = new Map();
  return (body) => {
    const { reader, object: list } = open(body, alike);
    const [metadata] = reader.spans(list, 1);
    return { metadata: metadata === undefined ? {} : reader.read(metadata, listMetadata), items: itemsOf(reader, list, schema) };
  };
}

function* itemsOf(reader: WireReader, list: { start: number; end: number }, schema: Schema): Generator<object> {
  for (const span of reader.spans(list, 2)) yield reader.read(span, schema);
}

/** What a refusal says of itself: a `Status` in protobuf form. */
export function readStatus(body: Buffer): { readonly message?: string; readonly reason?: string } | undefined {
  try {
    const { reader, object } = open(body, new Map());
    return reader.read(object, status);
  } catch {
    return undefined;
  }
}

function open(body: Buffer, alike: Alike): { readonly reader: WireReader; readonly object: { readonly start: number; readonly end: number } } {
  if (!body.subarray(0, magic.length).equals(magic)) throw new Error('it does not begin as Kubernetes writes protobuf');
  const reader = new WireReader(body, alike);
  const [object] = reader.spans({ start: magic.length, end: body.length }, raw);
  if (object === undefined) throw new Error('it holds no object');
  return { reader, object };
}
