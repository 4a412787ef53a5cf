/** The head of a response as bytes for a client of HTTP/1.1, with what Node's server would add. */
import { STATUS_CODES } from 'node:http';
import { InvalidFieldError, isFieldName, isFieldValue } from './fields.ts';

export interface ResponseText {
  /** Latin-1, with the empty line. */
  readonly text: string;
  /** Bytes of the body; undefined: in chunks. Meaningless without a body. */
  readonly length: number | undefined;
}

export interface ResponseOptions {
  readonly statusText: string;
  /** Names and values, alternating. */
  readonly headers: readonly string[];
  readonly hasBody: boolean;
  /** Seconds to tell the client that its connection is kept; undefined: it is closed. */
  readonly keepAliveSeconds: number | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** @throws InvalidFieldError when a header would not be one */
export function responseText(status: number, options: ResponseOptions): ResponseText {
  const { headers, hasBody, keepAliveSeconds, nowMs } = options;
  const reason = options.statusText === '' ? (STATUS_CODES[status] ?? 'unknown') : options.statusText;
  if (!isFieldValue(reason)) throw new InvalidFieldError('status');
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  let length: number | undefined;
  let hasDate = false;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    if (!isKnownName(name) || !isFieldValue(value)) throw new InvalidFieldError(name);
    if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true;
    if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(value);
    text += `${name}: ${value}\r\n`;
  }
  if (!hasDate) text += dateLine(nowMs);
  text +=
    keepAliveSeconds === undefined
      ? 'Connection: close\r\n'
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n`;
  if (hasBody && length === undefined) text += 'Transfer-Encoding: chunked\r\n';
  return { text: `${text}\r\n`, length };
}

let dateSecond = Number.NaN;
let date = '';

function dateLine(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = `Date: ${new Date(nowMs).toUTCString()}\r\n`;
  }
  return date;
}

/** Names that were found good. Applications choose them: bounded. */
const REMEMBERED_NAMES = 2048;
const goodNames = new Set<string>();

function isKnownName(name: string): boolean {
  if (goodNames.has(name)) return true;
  if (!isFieldName(name)) return false;
  if (goodNames.size < REMEMBERED_NAMES) goodNames.add(name);
  return true;
}
