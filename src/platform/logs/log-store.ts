/** The port to the log store: append, query, follow. */
import type { LogQuery, LogRecord } from '../../model/log.ts';

export interface LogSink {
  /** Never throws and never blocks: records are written in batches. */
  append(record: LogRecord): void;
}

export interface LogStore extends LogSink {
  query(query: LogQuery): Promise<readonly LogRecord[]>;
  /** The same records in pieces, the latest written first; within a piece in order of writing. `limit` does not count. */
  newestFirst(query: LogQuery): AsyncIterable<readonly LogRecord[]>;
  /** Calls back for every matching record appended from now on; the result ends it. */
  follow(query: LogQuery, onRecord: (record: LogRecord) => void): () => void;
  /** Writes what is buffered. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
