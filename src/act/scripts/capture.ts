/** Keeps the beginning and the end of a stream of bytes and counts what it leaves out. */
export interface Capture {
  add(chunk: Uint8Array): void;
  /** `tail` is empty while everything fits into `head`. */
  read(): Captured;
}

export interface Captured {
  readonly head: string;
  readonly tail: string;
  readonly leftOut: number;
}

/** Bytes kept of each end of each of two streams: 64 KiB in all. */
const keep = 16 * 1_024;

export function capture(): Capture {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let total = 0;
  return {
    add(chunk) {
      total += chunk.byteLength;
      const taken = Math.min(keep - head.byteLength, chunk.byteLength);
      if (taken > 0) head = Buffer.concat([head, chunk.subarray(0, taken)]);
      if (taken < chunk.byteLength) tail = lastOf(Buffer.concat([tail, lastOf(chunk.subarray(taken))]));
    },
    read: () => ended(head, tail, total),
  };
}

function ended(head: Uint8Array, tail: Uint8Array, total: number): Captured {
  const leftOut = total - head.byteLength - tail.byteLength;
  // A character may lie across the seam: only a real gap is a reason to decode the two ends apart.
  if (leftOut === 0) return { head: decode(Buffer.concat([head, tail])), tail: '', leftOut };
  return { head: decode(head), tail: decode(tail), leftOut };
}

const lastOf = <Bytes extends Uint8Array>(bytes: Bytes): Bytes => (bytes.byteLength <= keep ? bytes : bytes.subarray(bytes.byteLength - keep)) as Bytes;

/** Bytes that are no UTF-8 become U+FFFD. */
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
