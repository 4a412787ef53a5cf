/** The port to durable state: SQL with synchronous statements, one opener, every commit on disk before it returns. */

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface StateStore {
  run(sql: string, ...parameters: readonly SqlValue[]): void;
  get(sql: string, ...parameters: readonly SqlValue[]): SqlRow | undefined;
  all(sql: string, ...parameters: readonly SqlValue[]): readonly SqlRow[];
  /** All or nothing, durable on return. Not nestable. */
  transaction<T>(work: () => T): T;
  close(): void;
}
