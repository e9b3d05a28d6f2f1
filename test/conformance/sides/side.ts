/** A request as both servers get it, every placeholder filled in. */
export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** JSON text, or what a client that cannot write JSON sends. */
  readonly body?: string;
}

/** What a server said, before anything is made equal. */
export interface Answer {
  readonly code: number;
  /** Parsed JSON; text where it is none. */
  readonly body: unknown;
  /** Seconds of the header Retry-After. */
  readonly retryAfter: number | undefined;
}

/** One line of a watch. */
export interface WatchLine {
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** An open watch, or the refusal to open one. */
export type Stream = { readonly kind: 'refused'; readonly answer: Answer } | { readonly kind: 'open'; readonly lines: AsyncIterator<WatchLine>; close(): void };

/** One API server under comparison. */
export interface Side {
  readonly name: string;
  ask(request: PlainRequest): Promise<Answer>;
  watch(request: PlainRequest): Promise<Stream>;
  /** Makes every version and every continue token that was handed out before too old. */
  age(): Promise<void>;
  stop(): Promise<void>;
}
