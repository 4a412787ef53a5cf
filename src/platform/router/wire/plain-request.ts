/** Reads the requests that nearly every client sends; whatever is not plain is left to Node's parser. */
import { type RequestHead, readHead } from '../request-head.ts';
import { parseFields } from './fields.ts';

/** The header lines of a request. */
export interface PlainHead {
  /** Names and values, alternating. */
  readonly fields: readonly string[];
  readonly head: RequestHead;
  /** Bytes of the body that follows. */
  readonly contentLength: number;
  readonly keepsAlive: boolean;
}

export interface PlainRequest {
  readonly method: string;
  readonly target: string;
  readonly lines: PlainHead;
  /** Bytes of the head, with the empty line. */
  readonly bytes: number;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);
const VERSION = ' HTTP/1.1\r\n';

/** One for each connection. */
export class PlainRequestReader {
  readonly #maxFields: number;
  #block = '';
  #lines: PlainHead | undefined;

  constructor(maxFields: number) {
    this.#maxFields = maxFields;
  }

  /**
   * `other` is not a judgement: absolute targets, chunked bodies, upgrades, HTTP/1.0 and everything malformed.
   * @param text Latin-1, from the first byte of the request
   */
  read(text: string): PlainRequest | 'incomplete' | 'other' {
    const end = text.indexOf('\r\n\r\n');
    // A handshake of TLS, say, never comes to the end of a head: nobody waits for it.
    if (end === -1) return beginsMethod(text) ? 'incomplete' : 'other';
    const space = text.indexOf(' ');
    const method = text.slice(0, space === -1 ? 0 : space);
    if (!methods.has(method)) return 'other';
    const targetEnd = endOfTarget(text, space + 1);
    if (targetEnd === -1 || !text.startsWith(VERSION, targetEnd)) return 'other';
    const lines = this.#read(text.slice(targetEnd + VERSION.length, end + 2));
    return lines ? { method, target: text.slice(space + 1, targetEnd), lines, bytes: end + 4 } : 'other';
  }

  /** Most clients send the same lines again and again on a connection. */
  #read(block: string): PlainHead | undefined {
    if (block === this.#block) return this.#lines;
    const fields = parseFields(block, 0, block.length);
    const lines = fields && fields.length <= 2 * this.#maxFields ? plainHead(fields) : undefined;
    this.#block = block;
    this.#lines = lines;
    return lines;
  }
}

/** All plain methods are in capital letters. */
function beginsMethod(text: string): boolean {
  const code = text.charCodeAt(0);
  return code >= 0x41 && code <= 0x5a;
}

/** After a path in visible ASCII; -1 where there is none. */
function endOfTarget(text: string, start: number): number {
  if (text.charCodeAt(start) !== 0x2f) return -1;
  let position = start;
  for (let code = text.charCodeAt(position); code > 0x20 && code < 0x7f; code = text.charCodeAt(position))
    position += 1;
  return position;
}

/** Undefined when anything about the length of the request or the end of the connection could be read in two ways. */
function plainHead(fields: readonly string[]): PlainHead | undefined {
  let contentLength: number | undefined;
  let connection: string | undefined;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const value = fields[index + 1] as string;
    switch ((fields[index] as string).toLowerCase()) {
      case 'content-length':
        if (contentLength !== undefined || !/^\d{1,15}$/.test(value)) return undefined;
        contentLength = Number(value);
        break;
      case 'connection':
        if (connection !== undefined) return undefined;
        connection = value.toLowerCase();
        if (connection !== 'keep-alive' && connection !== 'close') return undefined;
        break;
      case 'transfer-encoding':
      case 'upgrade':
      case 'expect':
        return undefined;
    }
  }
  const head = readHead(fields);
  if (head.hostCount !== 1) return undefined;
  return { fields, head, contentLength: contentLength ?? 0, keepsAlive: connection !== 'close' };
}
