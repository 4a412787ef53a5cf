/** A log record -> one line: when, how bad, where from, what. */
import type { LogLevel, LogRecord } from '../../model/log.ts';
import { printable } from './printable.ts';
import { bytes, duration, localTime } from './quantity.ts';
import type { Style } from './style.ts';

/** @param isVerbose with the request's id */
export function renderLogRecord(record: LogRecord, style: Style, isVerbose = false): string {
  const time = `${localTime(record.timeMs)}.${String(record.timeMs % 1000).padStart(3, '0')}`;
  const instance = record.instance === undefined ? '' : `.${shortId(record.instance)}`;
  const source = `${record.module}:${record.version}${instance}`;
  const request = isVerbose && record.requestId !== undefined ? ` ${style.dim(record.requestId)}` : '';
  return `${style.dim(time)} ${levelText(record.level, style)} ${style.cyan(source)}${request} ${logText(record)}`;
}

/** What it says, without when and where. */
export function logText(record: LogRecord): string {
  if (record.kind === 'app') return printable(record.message);
  const { flush, method, resource, status, latencyMs, pendingMs, responseSize, exitReason } = record;
  if (flush) return `${printable(`${method} ${resource}`)} flush, request began ${localTime(flush.requestStartedAtMs)}`;
  const waited = pendingMs >= 1 ? ` (waited ${duration(pendingMs)})` : '';
  const reason = exitReason === undefined ? '' : `: ${printable(exitReason)}`;
  return `${printable(`${method} ${resource}`)} ${status} ${duration(latencyMs)}${waited} ${bytes(responseSize)}${reason}`;
}

const letters: Readonly<Record<LogLevel, string>> = { debug: 'D', info: 'I', warning: 'W', error: 'E', critical: 'C' };

export function levelText(level: LogLevel, style: Style): string {
  const letter = letters[level];
  if (level === 'warning') return style.yellow(letter);
  return level === 'error' || level === 'critical' ? style.red(letter) : letter;
}

/** Instances with automatic scaling have 40 hex digits for a name; the first ones tell them apart. */
function shortId(instance: string): string {
  return instance.length > 12 ? instance.slice(0, 8) : instance;
}
