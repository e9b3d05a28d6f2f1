import type { IncomingMessage } from 'node:http';
import { Refusal } from '../api-server/refusal.ts';

/** As much as a real API server takes: 3 MiB. */
const longestBody = 3 * 1024 * 1024;

/** The body, empty when there is none; 413 as soon as it is too long. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new Refusal(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${longestBody}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
