/** Reads the head of an instance's response, as strictly as Node's own client does. */
import { parseFields } from './fields.ts';
import type { HeaderLines } from './response-text.ts';

/** Where a response's body ends: after so many bytes, with its last chunk, or with the connection. */
export type BodyEnd = number | 'chunked' | 'close';

export interface ResponseStart {
  readonly status: number;
  readonly statusText: string;
  /** Names and values, alternating. */
  readonly fields: readonly string[];
  readonly bodyEnd: BodyEnd;
  /** Whether the connection can take another request. */
  readonly keepsAlive: boolean;
  /** Milliseconds the instance says it keeps an idle connection. */
  readonly idleMs: number | undefined;
  /** Bytes of the head, with the empty line. */
  readonly bytes: number;
  /** What clients get of the headers, once it was worked out. */
  passed: PassedHead | undefined;
}

export interface PassedHead {
  /** Names and values, alternating. */
  readonly headers: readonly string[];
  readonly lines: HeaderLines;
  /** Bytes, when the application said so. */
  readonly contentLength: number | undefined;
}

export class MalformedResponseError extends Error {
  constructor(what: string) {
    super(`the response is malformed: ${what}`);
    this.name = 'MalformedResponseError';
  }
}

/** Each connection holds one head at most. */
const MOST_REMEMBERED_BYTES = 4096;

/** The responses of one connection: what differs from the last head only in its body was read before. */
export class ResponseReader {
  #head = '';
  #start: ResponseStart | undefined;
  #hasBody = true;

  /**
   * @param text Latin-1, from the first byte of the response
   * @throws MalformedResponseError
   */
  read(text: string, method: string): ResponseStart | 'incomplete' {
    const hasBody = method !== 'HEAD';
    if (this.#start && hasBody === this.#hasBody && text.startsWith(this.#head)) return this.#start;
    const start = readResponse(text, method);
    if (start === 'incomplete') return start;
    if (start.bytes <= MOST_REMEMBERED_BYTES) {
      this.#start = start;
      this.#head = text.slice(0, start.bytes);
      this.#hasBody = hasBody;
    }
    return start;
  }
}

interface Framing {
  contentLength: number | undefined;
  isChunked: boolean;
  connection: string;
  idleMs: number | undefined;
}

/**
 * @param text Latin-1, from the first byte of the response
 * @throws MalformedResponseError
 */
export function readResponse(text: string, method: string): ResponseStart | 'incomplete' {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return 'incomplete';
  const line = text.indexOf('\r\n');
  const isNewer = text.startsWith('HTTP/1.1 ');
  const status = statusOf(text, line);
  if (status === undefined || !(isNewer || text.startsWith('HTTP/1.0 ')))
    throw new MalformedResponseError('status line');
  const fields = parseFields(text, line + 2, end + 2);
  if (!fields) throw new MalformedResponseError('a header');
  const framing = framingOf(fields);
  const keepsAlive = isNewer && !/\bclose\b/i.test(framing.connection);
  const bodyEnd = bodyEndOf(framing, status, method);
  return {
    status,
    statusText: text.slice(13, line),
    fields,
    bodyEnd,
    keepsAlive: keepsAlive && bodyEnd !== 'close',
    idleMs: framing.idleMs,
    bytes: end + 4,
    passed: undefined,
  };
}

/** `HTTP/1.x NNN`, then nothing or a space and words. */
function statusOf(text: string, line: number): number | undefined {
  const status = Number(text.slice(9, 12));
  if (!(status >= 100 && status <= 999) || !/^\d{3}$/.test(text.slice(9, 12))) return undefined;
  if (line === 12) return status;
  if (text.charCodeAt(12) !== 0x20) return undefined;
  return /[^\t\x20-\x7e\x80-\xff]/.test(text.slice(13, line)) ? undefined : status;
}

function framingOf(fields: readonly string[]): Framing {
  const framing: Framing = { contentLength: undefined, isChunked: false, connection: '', idleMs: undefined };
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] as string;
    // Only names of these lengths matter here.
    if (name.length === 10 || name.length === 14 || name.length === 17)
      note(framing, name, fields[index + 1] as string);
  }
  if (framing.isChunked && framing.contentLength !== undefined) {
    throw new MalformedResponseError('both Content-Length and Transfer-Encoding');
  }
  return framing;
}

function note(framing: Framing, name: string, value: string): void {
  switch (name.toLowerCase()) {
    case 'content-length':
      if (framing.contentLength !== undefined) throw new MalformedResponseError('two Content-Length headers');
      if (!/^\d{1,15}$/.test(value)) throw new MalformedResponseError('Content-Length');
      framing.contentLength = Number(value);
      break;
    case 'transfer-encoding':
      if (framing.isChunked || value.toLowerCase() !== 'chunked') throw new MalformedResponseError('Transfer-Encoding');
      framing.isChunked = true;
      break;
    case 'connection':
      framing.connection += `${value},`;
      break;
    case 'keep-alive': {
      const seconds = /(?:^|[\s,;])timeout=(\d{1,6})\b/i.exec(value)?.[1];
      if (seconds !== undefined) framing.idleMs = Number(seconds) * 1000;
      break;
    }
  }
}

/** RFC 9112 6.3. */
function bodyEndOf({ contentLength, isChunked }: Framing, status: number, method: string): BodyEnd {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 0;
  if (isChunked) return 'chunked';
  return contentLength ?? 'close';
}
