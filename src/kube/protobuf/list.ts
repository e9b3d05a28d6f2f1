import { openEnvelope } from './envelope.ts';
import { schema, text } from './schema.ts';
import type { Alike, Schema, Span, WireReader } from './wire.ts';

/** A page of a list; its items are read as they are taken. */
export interface Page {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: Iterable<object>;
}

const listMetadata = schema({ resourceVersion: [2, text], continue: [3, text] });
const status = schema({ message: [3, text], reason: [4, text] });

/**
 * Reads lists of one kind in Kubernetes's protobuf form: some two thirds of the bytes of JSON, half of which (managedFields,
 * environments, probes …) are passed over without being looked at. Throws for what is no such list.
 */
export function listReader(schema: Schema): (body: Buffer) => Page {
  const alike: Alike = new Map();
  return (body) => {
    const { reader, object: list } = openEnvelope(body, alike);
    const [metadata] = reader.spans(list, 1);
    return { metadata: metadata === undefined ? {} : reader.read(metadata, listMetadata), items: itemsOf(reader, list, schema) };
  };
}

function* itemsOf(reader: WireReader, list: Span, schema: Schema): Generator<object> {
  for (const span of reader.spans(list, 2)) yield reader.read(span, schema);
}

/** What a refusal says of itself: a `Status` in protobuf form. */
export function readStatus(body: Buffer): { readonly message?: string; readonly reason?: string } | undefined {
  try {
    const { reader, object } = openEnvelope(body);
    return reader.read(object, status);
  } catch {
    return undefined;
  }
}
