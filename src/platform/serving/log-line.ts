/**
 * What level a printed line has, and which request it belongs to.
 *
 * In this order: a record of our own launchers (`\x1e{json}`), a JSON object with a severity (as Cloud Logging
 * reads it), a level word at the start (`ERROR: `, `[WARNING]`, `[2026-01-01 ...] [7] [INFO]`), a Python traceback's
 * first line. Anything else is `info` on stdout and `warning` on stderr: programs write there what someone should see.
 */
import type { LogLevel } from '../../model/log.ts';

export interface ParsedLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly requestId?: string;
}

const RECORD_MARK = '\x1e';

const levels: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  fatal: 'critical',
  critical: 'critical',
  alert: 'critical',
  emergency: 'critical',
};

const word = '(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|ALERT|EMERGENCY)';
const prefix = new RegExp(`^(?:${word}[: ]|(?:\\[[^\\]]{1,40}\\] ?){0,2}\\[${word}\\])`, 'i');

export function parseLine(stream: 'stdout' | 'stderr', line: string): ParsedLine {
  const fallback: LogLevel = stream === 'stdout' ? 'info' : 'warning';
  if (line.startsWith(RECORD_MARK))
    return fromJson(line.slice(1), fallback) ?? { level: fallback, message: line.slice(1) };
  if (line.startsWith('{')) return fromJson(line, fallback) ?? { level: fallback, message: line };
  const found = prefix.exec(line);
  const name = found?.[1] ?? found?.[2];
  // A sentence may begin with "Error in ..." or "Info about ...": without brackets or colon only capitals are a level.
  const isLevel =
    name !== undefined && (found?.[1] === undefined || line[name.length] === ':' || name === name.toUpperCase());
  if (name !== undefined && isLevel) return { level: levelOf(name) ?? fallback, message: line };
  if (line.startsWith('Traceback (most recent call last)')) return { level: 'error', message: line };
  return { level: fallback, message: line };
}

function levelOf(name: unknown): LogLevel | undefined {
  return typeof name === 'string' ? levels[name.toLowerCase()] : undefined;
}

function fromJson(text: string, fallback: LogLevel): ParsedLine | undefined {
  const record = parseObject(text);
  if (!record) return undefined;
  const level = levelOf(record.severity) ?? levelOf(record.level);
  const message = [record.message, record.msg, record.textPayload].find((value) => typeof value === 'string');
  if (level === undefined && message === undefined) return undefined;
  const requestId = typeof record.requestId === 'string' && record.requestId !== '' ? record.requestId : undefined;
  return {
    level: level ?? fallback,
    message: typeof message === 'string' ? message : text,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
