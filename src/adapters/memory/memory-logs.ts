/** Logs of the memory backend: tests append, commands read. */
import type { LogsRole } from '../../backend/backend.ts';
import { type LogQuery, type LogRecord, levelAtLeast, logContains } from '../../model/log.ts';

export class MemoryLogs {
  readonly #records: LogRecord[] = [];
  readonly #followers = new Set<(record: LogRecord) => void>();

  readonly role: LogsRole = {
    query: async (query) => {
      const found = this.#records.filter((record) => matches(query, record)).sort((a, b) => a.timeMs - b.timeMs);
      return query.limit === undefined ? found : found.slice(Math.max(0, found.length - query.limit));
    },
    follow: (query, options) => this.#follow(query, options?.signal),
  };

  append(record: LogRecord): void {
    this.#records.push(record);
    for (const follower of [...this.#followers]) follower(record);
  }

  /** Listens from the call on, not from the first read. */
  #follow(query: LogQuery, signal: AbortSignal | undefined): AsyncIterable<LogRecord> {
    const waiting: LogRecord[] = [];
    let wake = () => {};
    const follower = (record: LogRecord) => {
      if (!matches(query, record)) return;
      waiting.push(record);
      wake();
    };
    const onAbort = () => {
      this.#followers.delete(follower);
      wake();
    };
    this.#followers.add(follower);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    const news = () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      });
    return takeUntilAborted(waiting, news, { signal, onEnd: () => this.#followers.delete(follower) });
  }
}

async function* takeUntilAborted(
  waiting: LogRecord[],
  news: () => Promise<void>,
  { signal, onEnd }: { readonly signal: AbortSignal | undefined; readonly onEnd: () => void },
): AsyncGenerator<LogRecord> {
  try {
    while (signal?.aborted !== true) {
      const record = waiting.shift();
      if (record) yield record;
      else await news();
    }
  } finally {
    onEnd();
  }
}

function matches(query: LogQuery, record: LogRecord): boolean {
  const isNamed = (['application', 'module', 'version', 'instance', 'requestId', 'kind'] as const).every(
    (key) => query[key] === undefined || query[key] === record[key],
  );
  if (!isNamed) return false;
  if (query.minimumLevel !== undefined && !levelAtLeast(record.level, query.minimumLevel)) return false;
  if (query.search !== undefined && !logContains(record, query.search)) return false;
  return record.timeMs >= (query.sinceMs ?? -Infinity) && record.timeMs < (query.untilMs ?? Infinity);
}
