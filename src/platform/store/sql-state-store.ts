/** The StateStore port on one SQLite connection. */
import type { SqliteConnection, SqliteDriver } from './sqlite/driver.ts';
import { sqliteFailure } from './sqlite/sqlite-failure.ts';
import type { SqlRow, SqlValue, StateStore } from './state-store.ts';

export interface SqlStateStoreOptions {
  readonly driver: SqliteDriver;
  readonly file: string;
  readonly connection: SqliteConnection;
  readonly onClose: () => void;
}

export function sqlStateStore({ driver, file, connection, onClose }: SqlStateStoreOptions): StateStore {
  let isOpen = true;
  let isInTransaction = false;

  const guard = <T>(work: () => T): T => {
    if (!isOpen) throw new Error(`${file} is closed`);
    try {
      return work();
    } catch (error) {
      throw sqliteFailure(driver, file, error);
    }
  };
  const all = (sql: string, parameters: readonly SqlValue[]): readonly SqlRow[] =>
    guard(() => connection.all(sql, parameters));

  return {
    run: (sql, ...parameters) => guard(() => connection.run(sql, parameters)),
    get: (sql, ...parameters) => all(sql, parameters)[0],
    all: (sql, ...parameters) => all(sql, parameters),
    transaction(work) {
      if (isInTransaction) throw new Error('transactions can not be nested');
      guard(() => connection.exec('BEGIN IMMEDIATE'));
      isInTransaction = true;
      try {
        const result = work();
        if (result instanceof Promise) throw new TypeError('a transaction must be synchronous');
        guard(() => connection.exec('COMMIT'));
        return result;
      } catch (error) {
        rollBack(connection);
        throw error;
      } finally {
        isInTransaction = false;
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      try {
        connection.close();
      } finally {
        onClose();
      }
    },
  };
}

/** Some failures, a full disk for one, have rolled back already, and the first error is the one to report. */
function rollBack(connection: SqliteConnection): void {
  try {
    connection.exec('ROLLBACK');
  } catch {}
}
