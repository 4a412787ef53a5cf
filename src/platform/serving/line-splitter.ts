/** Cuts a byte stream into lines of text: safe for multi-byte characters cut by a chunk, bounded in line length. */
import { StringDecoder } from 'node:string_decoder';

/** Longer lines come in pieces, so that a program that never ends its line can't fill the memory. */
export const MAX_LINE_LENGTH = 64 * 1024;

export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** True when the start of an unfinished line is waiting. */
  get hasRest(): boolean {
    return this.#rest.length > 0;
  }

  push(chunk: Uint8Array): void {
    const text = this.#rest + this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    let start = 0;
    for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
      this.#emit(text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end));
      start = end + 1;
    }
    this.#rest = this.#emitPieces(text.slice(start));
  }

  /** Gives out an unfinished line: a prompt without a line end, or the last words of a program. */
  flush(): void {
    const rest = this.#rest;
    this.#rest = '';
    if (rest.length > 0) this.#emit(rest);
  }

  #emit(line: string): void {
    this.#onLine(this.#emitPieces(line));
  }

  /** Gives out what is over the limit and returns the rest. */
  #emitPieces(line: string): string {
    let start = 0;
    while (line.length - start > MAX_LINE_LENGTH) {
      const end = start + MAX_LINE_LENGTH;
      // A character of two code units stays whole.
      const cut = isHighSurrogate(line.charCodeAt(end - 1)) ? end - 1 : end;
      this.#onLine(line.slice(start, cut));
      start = cut;
    }
    return line.slice(start);
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
