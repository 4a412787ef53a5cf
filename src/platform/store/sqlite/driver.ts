/** What the state store needs of a SQLite library; one small adapter each makes the libraries alike. */
import type { SqlRow, SqlValue } from '../state-store.ts';

export interface SqliteConnection {
  /** Runs any number of statements without parameters. */
  exec(sql: string): void;
  run(sql: string, parameters: readonly SqlValue[]): void;
  all(sql: string, parameters: readonly SqlValue[]): readonly SqlRow[];
  /** Writes the log back into the file and lets go of every lock. */
  close(): void;
}

export interface SqliteDriver {
  readonly name: string;
  /** Called only while this process owns the file (single-owner.ts). */
  open(file: string): SqliteConnection;
  /** SQLite's primary result code of what `open` or a connection threw; undefined for anything else. */
  resultCode(error: unknown): number | undefined;
}

/** Imports the library; rejects where this machine does not have it. */
export type LoadDriver = () => Promise<SqliteDriver>;
