/** Reads a long log page by page, from its end to its beginning. */
import type { LogsRole } from '../../backend/backend.ts';
import type { LogQuery, LogRecord } from '../../model/log.ts';

export interface PageOptions {
  /** Records. */
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** The newest page first; each in order of time, none empty. */
export async function* pagesBackwards(
  role: LogsRole,
  query: Omit<LogQuery, 'limit'>,
  { pageSize, signal }: PageOptions,
): AsyncGenerator<readonly LogRecord[]> {
  let { untilMs } = query;
  // A page may end amid the records of a millisecond: the next one has those again, at its end.
  let again = 0;
  for (;;) {
    const limit = pageSize + again;
    const page = await role.query({ ...query, limit, ...(untilMs === undefined ? {} : { untilMs }) }, { signal });
    const fresh = page.slice(0, Math.max(0, page.length - again));
    if (fresh.length > 0) yield fresh;
    const oldestMs = page[0]?.timeMs;
    if (page.length < limit || oldestMs === undefined) return;
    again = page.filter(({ timeMs }) => timeMs === oldestMs).length;
    untilMs = oldestMs + 1;
  }
}
