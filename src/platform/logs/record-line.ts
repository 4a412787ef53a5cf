/** One record as one line of a segment. */
import type { LogRecord } from '../../model/log.ts';
import { requestLine } from './request-line.ts';

/** Longer texts are cut: one runaway line must not push out everybody else's logs. */
export const LONGEST_TEXT_BYTES = 64 * 1024;

/** Ends with a newline and begins with the time, so that a reader can skip it unparsed (timeOfLine). */
export function recordLine(record: LogRecord): string {
  return (record.kind === 'request' ? requestLine(record) : undefined) ?? anyLine(record);
}

function anyLine(record: LogRecord): string {
  const { timeMs, ...rest } = record;
  return `${JSON.stringify({ timeMs, ...cutTexts(rest) })}\n`;
}

const timePrefix = '{"timeMs":';

/** NaN for a line that is not one of ours. */
export function timeOfLine(line: string): number {
  return line.startsWith(timePrefix)
    ? Number.parseFloat(line.slice(timePrefix.length, timePrefix.length + 24))
    : Number.NaN;
}

/** Undefined for what a crash left of a line. */
export function parseLine(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'timeMs' in value ? (value as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

function cutTexts(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let result = record;
  for (const [key, value] of Object.entries(record)) {
    // A UTF-16 unit is at most three bytes: short texts, nearly all, need no counting.
    if (typeof value !== 'string' || value.length * 3 <= LONGEST_TEXT_BYTES) continue;
    result = { ...result, [key]: cutText(value) };
  }
  return result;
}

function cutText(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST_TEXT_BYTES) return text;
  let end = LONGEST_TEXT_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)} [cut: ${bytes.length - end} more bytes]`;
}
