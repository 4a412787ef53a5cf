/** Cloud Logging's query of entries, for `gcloud app logs` and `gcloud logging read`. */

import { z } from 'zod';
import { messageOf } from '../../../errors.ts';
import { decidesInside } from '../../access/route-access.ts';
import { requireApplication } from '../../changes.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { AdminParts } from '../admin/admin-parts.ts';
import { invalid } from '../admin/request-facts.ts';
import { readJson } from '../json-body.ts';
import type { Route } from '../route-table.ts';
import { type LogEntry, logEntries } from './log-entry.ts';
import { type LogFilter, LogFilterError, parseLogFilter } from './log-filter.ts';
import { passes, timeBounds } from './match-log-entry.ts';

const MOST_ENTRIES = 1000;

const queryShape = z.looseObject({
  resourceNames: z.array(z.string().max(512)).max(100).default([]),
  projectIds: z.array(z.string().max(256)).max(100).default([]),
  filter: z.string().max(20_000).default(''),
  orderBy: z.string().max(64).default('timestamp asc'),
  pageSize: z.coerce.number().int().default(50),
  pageToken: z.string().max(64).default(''),
});
type LogQueryShape = z.infer<typeof queryShape>;

export function loggingRoutes(parts: AdminParts): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: '/v2/entries:list',
      access: decidesInside(),
      handler: async ({ message, caller }) => {
        const query = await readJson(message, queryShape);
        const applications = applicationsOf(query);
        for (const application of applications) caller.require('viewer', application);
        return listEntries(parts, query, applications);
      },
    },
  ];
}

async function listEntries(parts: AdminParts, query: LogQueryShape, applications: readonly string[]): Promise<unknown> {
  const filter = filterOf(query.filter);
  const isNewestFirst = /\bdesc\b/i.test(query.orderBy);
  const size = Math.min(MOST_ENTRIES, Math.max(1, query.pageSize));
  const start = /^\d{1,9}$/.test(query.pageToken) ? Number(query.pageToken) : 0;
  const end = start + size;
  const found: LogEntry[] = [];
  for (const application of applications) {
    requireApplication(parts, application);
    found.push(...(await search(parts.logs, application, { filter, isNewestFirst, needed: end + 1 })));
  }
  found.sort((a, b) => (isNewestFirst ? compareEntries(b, a) : compareEntries(a, b)));
  const entries = found.slice(start, end);
  return { ...(entries.length > 0 ? { entries } : {}), ...(found.length > end ? { nextPageToken: String(end) } : {}) };
}

interface Search {
  readonly filter: LogFilter;
  readonly isNewestFirst: boolean;
  /** How many matching entries are enough. */
  readonly needed: number;
}

/** The store knows times; the filter knows the rest. So it is asked for more and more until enough pass. */
async function search(
  logs: LogStore,
  application: string,
  { filter, isNewestFirst, needed }: Search,
): Promise<readonly LogEntry[]> {
  const { sinceMs, untilMs } = timeBounds(filter);
  const bounds = {
    ...(Number.isFinite(sinceMs) ? { sinceMs } : {}),
    ...(Number.isFinite(untilMs) ? { untilMs } : {}),
  };
  // The oldest of many can't be asked for: those are then read whole.
  let limit = isNewestFirst ? Math.max(1000, needed * 4) : Number.POSITIVE_INFINITY;
  for (;;) {
    const records = await logs.query({ application, ...bounds, ...(Number.isFinite(limit) ? { limit } : {}) });
    const isAll = records.length < limit;
    // The first millisecond may have lost some of its records, and the others would get other places in it.
    const first = records[0]?.timeMs;
    const whole = isAll ? records : records.filter(({ timeMs }) => timeMs !== first);
    const entries = logEntries(whole).filter((entry) => passes(filter, entry));
    if (isAll || entries.length >= needed) return isNewestFirst ? entries.slice(-needed) : entries.slice(0, needed);
    limit *= 4;
  }
}

function filterOf(text: string): LogFilter {
  try {
    return parseLogFilter(text);
  } catch (error) {
    if (!(error instanceof LogFilterError)) throw error;
    throw invalid('filter', messageOf(error));
  }
}

function applicationsOf({ resourceNames, projectIds }: LogQueryShape): readonly string[] {
  const named = resourceNames.flatMap((name) => /^projects\/([^/]+)$/.exec(name)?.[1] ?? []);
  const all = [...new Set([...named, ...projectIds])];
  if (all.length === 0) throw invalid('resourceNames', 'names no project, for example projects/demo');
  return all;
}

function compareEntries(a: LogEntry, b: LogEntry): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1;
  return a.insertId === b.insertId ? 0 : a.insertId < b.insertId ? -1 : 1;
}
