/** Conditional requests and ranges (RFC 9110 sections 13 and 14), for files. */
import { headerValue } from './request-head.ts';

export interface Representation {
  /** Strong, with its quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly modifiedMs: number;
  /** Bytes. */
  readonly size: number;
}

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

export type Outcome =
  | { readonly status: 200 }
  | { readonly status: 206; readonly range: ByteRange }
  | { readonly status: 304 | 412 | 416 };

const whole: Outcome = { status: 200 };

/** In the order that RFC 9110 13.2.2 prescribes. */
export function evaluate(rawHeaders: readonly string[], file: Representation): Outcome {
  const header = (name: string) => headerValue(rawHeaders, name);
  const ifMatch = header('if-match');
  if (ifMatch !== undefined) {
    if (!matchesAny(ifMatch, file.etag, false)) return { status: 412 };
  } else if (isBefore(header('if-unmodified-since'), file.modifiedMs)) return { status: 412 };
  const ifNoneMatch = header('if-none-match');
  if (ifNoneMatch !== undefined) {
    if (matchesAny(ifNoneMatch, file.etag, true)) return { status: 304 };
  } else if (isNotBefore(header('if-modified-since'), file.modifiedMs)) return { status: 304 };
  const range = header('range');
  if (range === undefined || !ifRangeHolds(header('if-range'), file)) return whole;
  return rangeOutcome(range, file.size);
}

function matchesAny(list: string, etag: string, allowsWeak: boolean): boolean {
  if (list.trim() === '*') return true;
  return list.split(',').some((entry) => {
    const tag = entry.trim();
    return tag === etag || (allowsWeak && tag === `W/${etag}`);
  });
}

function isBefore(date: string | undefined, modifiedMs: number): boolean {
  if (date === undefined) return false;
  const time = Date.parse(date);
  return !Number.isNaN(time) && time < modifiedMs;
}

function isNotBefore(date: string | undefined, modifiedMs: number): boolean {
  if (date === undefined) return false;
  const time = Date.parse(date);
  return !Number.isNaN(time) && time >= modifiedMs;
}

function ifRangeHolds(condition: string | undefined, file: Representation): boolean {
  if (condition === undefined || condition === file.etag) return true;
  return Date.parse(condition) === file.modifiedMs;
}

/** One range is honoured; several, or what can't be read, mean the whole file. */
function rangeOutcome(range: string, size: number): Outcome {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(range);
  const first = match?.[1] ?? '';
  const last = match?.[2] ?? '';
  if (!match || (first === '' && last === '')) return whole;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? { status: 416 } : { status: 206, range: { start: size - length, end: size - 1 } };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return whole;
  return start >= size ? { status: 416 } : { status: 206, range: { start, end } };
}
