/** A log query as a test of records, and a cheaper one of unparsed lines. */
import { type LogQuery, type LogRecord, levelAtLeast, logContains } from '../../model/log.ts';

/** Fields that must be equal when the query has them. */
const exactFields = ['application', 'module', 'version', 'instance', 'requestId', 'kind'] as const;

export function matches(record: LogRecord, query: LogQuery): boolean {
  for (const field of exactFields) {
    if (query[field] !== undefined && record[field] !== query[field]) return false;
  }
  if (query.requestIds && !(record.requestId !== undefined && query.requestIds.includes(record.requestId)))
    return false;
  if (query.minimumLevel !== undefined && !levelAtLeast(record.level, query.minimumLevel)) return false;
  if (query.search !== undefined && !logContains(record, query.search)) return false;
  return isInTime(record.timeMs, query);
}

export function isInTime(
  timeMs: number,
  { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY }: LogQuery,
): boolean {
  return timeMs >= sinceMs && timeMs < untilMs;
}

/** Texts that the line of every matching record contains: finding one is ten times cheaper than parsing. */
export function needlesOf(query: LogQuery): readonly string[] {
  return exactFields
    .filter((field) => field !== 'application' && query[field] !== undefined)
    .map((field) => `${JSON.stringify(field)}:${JSON.stringify(query[field])}`);
}
