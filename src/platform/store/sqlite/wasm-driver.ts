/** SQLite compiled to WebAssembly (node-sqlite3-wasm): for machines that no prebuilt native package fits. */
import { rmSync } from 'node:fs';
import type { SqlRow } from '../state-store.ts';
import type { SqliteConnection, SqliteDriver } from './driver.ts';

type WasmDatabase = import('node-sqlite3-wasm').Database;

/** The library throws SQLite's own fixed sentences (sqlite3_errstr) and no code. */
const codesByMessage: Readonly<Record<string, number>> = {
  'database is locked': 5,
  'attempt to write a readonly database': 8,
  'disk I/O error': 10,
  'database disk image is malformed': 11,
  'database or disk is full': 13,
  'unable to open database file': 14,
  'file is not a database': 26,
};

const CANTOPEN = 14;

export async function loadWasmDriver(): Promise<SqliteDriver> {
  const { Database } = (await import('node-sqlite3-wasm')).default;
  return {
    name: 'node-sqlite3-wasm',
    open: (file) => {
      // It locks by a directory, which kill -9 leaves behind; only the file's owner gets here, so it is stale.
      rmSync(`${file}.lock`, { recursive: true, force: true });
      return connect(new Database(file));
    },
    resultCode: (error) => {
      if (!(error instanceof Error)) return undefined;
      return error.message.startsWith('Could not open the database') ? CANTOPEN : codesByMessage[error.message];
    },
  };
}

function connect(database: WasmDatabase): SqliteConnection {
  return {
    exec: (sql) => database.exec(sql),
    // Not cached: these finalize their statement, an open one would keep the file locked after close.
    run: (sql, parameters) => void database.run(sql, [...parameters]),
    all: (sql, parameters) => database.all(sql, [...parameters]) as SqlRow[],
    close: () => database.close(),
  };
}
