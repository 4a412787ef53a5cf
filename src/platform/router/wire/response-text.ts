/** The head of a response as bytes for a client of HTTP/1.1, with what Node's server would add. */
import { STATUS_CODES } from 'node:http';
import { InvalidFieldError, isFieldName, isFieldValue } from './fields.ts';

/** Header lines that were checked, each with its end. */
export interface HeaderLines {
  readonly text: string;
  /** Of the body, where they say it. */
  readonly length: number | undefined;
  readonly hasDate: boolean;
}

export interface ResponseText {
  /** Latin-1, with the empty line. */
  readonly text: string;
  /** Bytes of the body; undefined: in chunks. Meaningless without a body. */
  readonly length: number | undefined;
}

export interface ResponseOptions {
  readonly statusText: string;
  readonly lines: HeaderLines;
  readonly hasBody: boolean;
  /** Seconds to tell the client that its connection is kept; undefined: it is closed. */
  readonly keepAliveSeconds: number | undefined;
  readonly clock: { now(): number };
}

/** @throws InvalidFieldError when the status would not be one */
export function responseText(status: number, options: ResponseOptions): ResponseText {
  const { lines, hasBody, keepAliveSeconds, clock } = options;
  const reason = options.statusText === '' ? (STATUS_CODES[status] ?? 'unknown') : options.statusText;
  if (!isFieldValue(reason)) throw new InvalidFieldError('status');
  const date = lines.hasDate ? '' : dateLine(clock.now());
  const end =
    keepAliveSeconds === undefined
      ? 'Connection: close\r\n'
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n`;
  const framing = hasBody && lines.length === undefined ? 'Transfer-Encoding: chunked\r\n' : '';
  return {
    text: `HTTP/1.1 ${status} ${reason}\r\n${lines.text}${date}${end}${framing}\r\n`,
    length: lines.length,
  };
}

/**
 * @param headers names and values, alternating
 * @throws InvalidFieldError when a header would not be one
 */
export function headerLines(headers: readonly string[]): HeaderLines {
  let text = '';
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
  return { text, length, hasDate };
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
