/** SQLite as built into Node.js 22.13 and newer. */
import type { SqlRow, SqlValue } from '../state-store.ts';
import type { SqliteConnection, SqliteDriver } from './driver.ts';
import { createStatementCache } from './statement-cache.ts';

/** The part of node:sqlite used here; the types of Node 20, our minimum, don't have the module. */
interface NodeStatement {
  run(...parameters: readonly SqlValue[]): unknown;
  all(...parameters: readonly SqlValue[]): SqlRow[];
}
interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
}
interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => NodeDatabase;
}

export async function loadNodeDriver(): Promise<SqliteDriver> {
  // Looked up by name at run time: a bundler must neither resolve nor rewrite a module that Node 20 lacks.
  const builtin = process.getBuiltinModule?.('node:sqlite' as 'node:fs') as unknown as NodeSqlite | undefined;
  if (!builtin) throw new Error(`Node.js ${process.versions.node} has no node:sqlite`);
  return {
    name: 'node:sqlite',
    open: (file) => connect(new builtin.DatabaseSync(file)),
    resultCode: (error) => {
      const code = (error as { readonly errcode?: unknown } | null)?.errcode;
      return typeof code === 'number' ? code & 0xff : undefined;
    },
  };
}

function connect(database: NodeDatabase): SqliteConnection {
  const statements = createStatementCache((sql) => database.prepare(sql));
  return {
    exec: (sql) => database.exec(sql),
    run: (sql, parameters) => void statements.get(sql).run(...parameters),
    all: (sql, parameters) => statements.get(sql).all(...parameters),
    close: () => database.close(),
  };
}
