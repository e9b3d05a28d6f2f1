/** What is wrong with a snapshot, and where. */
export class SnapshotProblem extends Error {
  override readonly name = 'SnapshotProblem';
}

/** More outside its items has no list of Kubernetes objects. */
const longestShell = 1_048_576;

const byte = { newline: 0x0a, quote: 0x22, comma: 0x2c, openList: 0x5b, backslash: 0x5c, closeList: 0x5d, open: 0x7b, close: 0x7d } as const;
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** What a document of JSON can begin with, or a wrong one that brackets are counted for. A byte order mark is not ASCII. */
const beginnings: ReadonlySet<number> = new Set([byte.open, byte.openList, byte.close, byte.closeList]);
const isText = (code: number): boolean => code < 0x80 && !beginnings.has(code) && !isSpace(code);

/**
 * Reads `{…, "items": [{…}, {…}], …}` from the bytes of a file as they come, and hands over one item after the other:
 * the objects of a large cluster do not fit one string.
 */
export class ItemScanner {
  readonly #take: (item: unknown, place: string) => void;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  /** Keeps what a chunk has of a character that the next one goes on with. */
  readonly #shellDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  #shell = '';
  #line = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #ended = false;
  /** Within the list of items: how many there were, and whether a comma has to come, or may not be the last. */
  #list: { count: number; last: 'nothing' | 'item' | 'comma' } | undefined;
  /** The pieces of the item that is being read, and the line where it began. */
  #item: { readonly parts: Uint8Array[]; readonly line: number } | undefined;

  constructor(take: (item: unknown, place: string) => void) {
    this.#take = take;
  }

  feed(chunk: Uint8Array): void {
    if (this.#line === 1 && this.#shell === '' && (chunk[0] === 0xff || chunk[0] === 0xfe)) throw new SnapshotProblem('it is UTF-16 text; save it as UTF-8');
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk[at] ?? 0;
      if (code === byte.newline) this.#line += 1;
      if (this.#inString) this.#stepInString(code);
      else from = this.#step(chunk, at, from);
    }
    if (this.#item !== undefined) this.#item.parts.push(chunk.slice(from));
    else if (this.#list === undefined) this.#keepShell(chunk.subarray(from));
  }

  /** The document without its items. */
  end(): unknown {
    if (this.#item !== undefined) throw new SnapshotProblem(`it ends in the middle of item ${(this.#list?.count ?? 0) + 1}, which begins at line ${this.#item.line}: the file is cut off`);
    if (!this.#ended) throw new SnapshotProblem(this.#shell.trim() === '' ? 'it is empty' : `it ends at line ${this.#line} before the document does: the file is cut off, or is no JSON`);
    if (!this.#hadItems) throw new SnapshotProblem('it has no list "items" at its top: write it with evenkeel snapshot, or with kubectl get nodes,pods,… -A -o json');
    return this.#parse(this.#shell, `line ${this.#line}`);
  }

  #hadItems = false;

  #stepInString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === byte.backslash) this.#escaped = true;
    else if (code === byte.quote) this.#inString = false;
  }

  /** One byte outside strings; returns where the piece that is being kept begins. */
  #step(chunk: Uint8Array, at: number, from: number): number {
    const code = chunk[at] ?? 0;
    if (this.#list !== undefined && this.#depth === 2) return this.#between(chunk, at, from);
    if (this.#depth === 0) this.#checkOutside(code);
    if (code === byte.quote) this.#inString = true;
    if (code === byte.open || code === byte.openList) return this.#open(chunk, at, from);
    if (code === byte.close || code === byte.closeList) return this.#close(chunk, at, from);
    return from;
  }

  /** Before and after the document. */
  #checkOutside(code: number): void {
    if (this.#ended && !isSpace(code)) throw new SnapshotProblem(`line ${this.#line}: there is more after the end of the document; name several files one by one`);
    if (isText(code)) throw new SnapshotProblem(`line ${this.#line}: it is not JSON; write it with evenkeel snapshot, or with kubectl get … -o json`);
  }

  #open(chunk: Uint8Array, at: number, from: number): number {
    this.#depth += 1;
    if (this.#depth !== 2 || this.#item !== undefined || chunk[at] !== byte.openList) return from;
    this.#keepShell(chunk.subarray(from, at + 1));
    if (!/"items"\s*:\s*\[$/u.test(this.#shell)) return at + 1;
    this.#list = { count: 0, last: 'nothing' };
    this.#hadItems = true;
    return at + 1;
  }

  #close(chunk: Uint8Array, at: number, from: number): number {
    this.#depth -= 1;
    if (this.#depth === 0) this.#ended = true;
    if (this.#depth < 0) throw new SnapshotProblem(`line ${this.#line}: a bracket closes what was never opened`);
    if (this.#depth !== 2 || this.#item === undefined || this.#list === undefined) return from;
    const { parts, line } = this.#item;
    const place = `line ${line}, item ${this.#list.count + 1}`;
    this.#item = undefined;
    this.#list.count += 1;
    this.#list.last = 'item';
    this.#take(this.#parse(this.#decode([...parts, chunk.slice(from, at + 1)], place), place), place);
    return at + 1;
  }

  /** Between two items: white space, one comma, the end of the list. */
  #between(chunk: Uint8Array, at: number, from: number): number {
    const code = chunk[at] ?? 0;
    const list = this.#list;
    if (list === undefined || isSpace(code)) return from;
    if (code === byte.open && list.last !== 'item') {
      this.#depth += 1;
      this.#item = { parts: [], line: this.#line };
      return at;
    }
    if (code === byte.comma && list.last === 'item') {
      list.last = 'comma';
      return from;
    }
    if (code !== byte.closeList || list.last === 'comma') throw new SnapshotProblem(`line ${this.#line}: after item ${list.count} an object was expected, or the end of the list`);
    this.#list = undefined;
    this.#depth -= 1;
    return at;
  }

  #keepShell(bytes: Uint8Array): void {
    this.#shell += utf8(`line ${this.#line}`, () => this.#shellDecoder.decode(bytes, { stream: true }));
    if (this.#shell.length > longestShell) throw new SnapshotProblem('it has no list "items" at its top, and goes on and on: is it a list of Kubernetes objects?');
  }

  #decode(parts: readonly Uint8Array[], place: string): string {
    return utf8(place, () => parts.map((part, at) => this.#decoder.decode(part, { stream: at < parts.length - 1 })).join(''));
  }

  #parse(text: string, place: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new SnapshotProblem(`${place}: it is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function utf8(place: string, decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new SnapshotProblem(`${place}: it is not UTF-8 text`);
  }
}
