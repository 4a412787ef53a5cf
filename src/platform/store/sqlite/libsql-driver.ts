/** SQLite through the libsql package: native code, prebuilt for the usual machines. */
import type { SqlRow } from '../state-store.ts';
import type { SqliteConnection, SqliteDriver } from './driver.ts';
import { createStatementCache } from './statement-cache.ts';

type LibsqlDatabase = import('libsql').Database;

/** SQLITE_CANTOPEN: libsql reports a failed open without a code. */
const CANTOPEN = 14;

export async function loadLibsqlDriver(): Promise<SqliteDriver> {
  const { default: Database } = await import('libsql');
  return {
    name: 'libsql',
    open: (file) => connect(new Database(file)),
    resultCode: (error) => {
      const code = (error as { readonly rawCode?: unknown } | null)?.rawCode;
      if (typeof code === 'number') return code & 0xff;
      return error instanceof Error && error.message.startsWith('ConnectionFailed') ? CANTOPEN : undefined;
    },
  };
}

function connect(database: LibsqlDatabase): SqliteConnection {
  const statements = createStatementCache((sql) => database.prepare<unknown[]>(sql));
  return {
    exec: (sql) => void database.exec(sql),
    // One array and not a list: libsql takes a single null for an object of named parameters.
    run: (sql, parameters) => void statements.get(sql).run([...parameters]),
    // all() and not get(): get() adds a `_metadata` column and leaves the statement open.
    all: (sql, parameters) => statements.get(sql).all([...parameters]) as SqlRow[],
    close: () => close(database),
  };
}

/**
 * libsql can't finalize a statement, and SQLite keeps a connection with open statements, and its locks, alive until
 * they are collected. So the locks are given back first: leaving WAL mode allows leaving the exclusive one, and the
 * next read then unlocks the file.
 */
function close(database: LibsqlDatabase): void {
  try {
    for (const sql of [
      'PRAGMA journal_mode=DELETE',
      'PRAGMA locking_mode=NORMAL',
      'SELECT count(*) FROM sqlite_schema',
    ]) {
      database.prepare<unknown[]>(sql).all([]);
    }
  } finally {
    database.close();
  }
}
