/** The ways in which the files write times: `1d 6h`, `5m`, `1.5s`, `30ms`. */

import { parsedText } from './shape/build.ts';
import type { Parsed, TextShape } from './shape/shape.ts';

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Handlers' `expiration`: numbers with d, h, m or s, separated by spaces, added up; no unit means seconds. */
export function expiration(): TextShape<number> {
  const form = 'numbers with d, h, m or s, separated by spaces';
  return parsedText('an expiration time', parseExpiration, {
    form,
    pattern: '^\\s*\\d+[dhmsDHMS]?(\\s+\\d+[dhmsDHMS]?)*\\s*$',
    example: '1d 6h',
  });
}

function parseExpiration(text: string): Parsed<number> {
  const parts = text.trim().split(/\s+/);
  let total = 0;
  for (const part of parts) {
    const match = /^(\d+)([dhms]?)$/i.exec(part);
    if (match === null) return { problem: 'must be numbers with d, h, m or s, separated by spaces' };
    total += Number(match[1]) * (secondsOf[match[2]?.toLowerCase() || 's'] ?? 1);
  }
  return Number.isSafeInteger(total) ? { value: total } : { problem: 'is too long a time' };
}

/** Retry limits of cron and queues: one number with s, m, h or d, in seconds. `zero` decides whether 0 will do. */
export function ageLimit(): TextShape<number> {
  const form = 'a number above 0 with s, m, h or d';
  const parse = (text: string): Parsed<number> => {
    const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd])$/.exec(text);
    if (match === null) return { problem: `must be ${form}` };
    const seconds = Number(match[1]) * (secondsOf[match[2] ?? 's'] ?? 1);
    return seconds > 0 && Number.isFinite(seconds) ? { value: seconds } : { problem: `must be ${form}` };
  };
  return parsedText('a time', parse, { form, pattern: '^(\\d+(\\.\\d*)?|\\.\\d+)[smhd]$', example: '2h' });
}

/** `basic_scaling.idle_timeout`, in milliseconds. */
export function idleTimeout(): TextShape<number> {
  const form = 'digits with s or m';
  const parse = (text: string): Parsed<number> => {
    const match = /^(\d+)([sm])$/.exec(text);
    if (match === null) return { problem: `must be ${form}` };
    return { value: Number(match[1]) * (match[2] === 'm' ? 60_000 : 1000) };
  };
  return parsedText('an idle timeout', parse, { form, pattern: '^\\d+[sm]$', example: '5m' });
}

/** Pending latencies, in milliseconds; `automatic` leaves them to the platform. */
export function latency(): TextShape<number | 'automatic'> {
  const form = 'digits with ms, a number of up to 3 decimals with s, or automatic';
  const parse = (text: string): Parsed<number | 'automatic'> => {
    if (text === 'automatic') return { value: text };
    const match = /^(?:(\d+)ms|(\d+(?:\.\d{1,3})?)s)$/.exec(text);
    if (match === null) return { problem: `must be ${form}` };
    const value = match[1] !== undefined ? Number(match[1]) : Math.round(Number(match[2]) * 1000);
    return { value };
  };
  return parsedText('a latency', parse, {
    form,
    pattern: '^(\\d+ms|\\d+(\\.\\d{1,3})?s|automatic)$',
    example: '1s',
  });
}

/** Deadlines of cron jobs: a number of seconds with the s that the newer libraries want. */
export function deadline(minimum: number, maximum: number): TextShape<number> {
  const form = `a number of seconds from ${minimum} to ${maximum} with s`;
  const parse = (text: string): Parsed<number> => {
    const match = /^(\d+(?:\.\d+)?)s$/.exec(text);
    const seconds = Number(match?.[1]);
    if (match === null || seconds < minimum || seconds > maximum) return { problem: `must be ${form}` };
    return { value: seconds };
  };
  return parsedText('a deadline', parse, { form, pattern: '^\\d+(\\.\\d+)?s$', example: '180s' });
}
