/** The SQLite libraries that this machine can load, for suites that run over each of them. */
import type { LoadDriver } from '../../../src/platform/store/sqlite/driver.ts';
import { loadLibsqlDriver } from '../../../src/platform/store/sqlite/libsql-driver.ts';
import { loadNodeDriver } from '../../../src/platform/store/sqlite/node-driver.ts';
import { loadWasmDriver } from '../../../src/platform/store/sqlite/wasm-driver.ts';

export const drivers: Readonly<Record<string, LoadDriver>> = {
  'node:sqlite': loadNodeDriver,
  libsql: loadLibsqlDriver,
  'node-sqlite3-wasm': loadWasmDriver,
};

export async function isLoadable(load: LoadDriver): Promise<boolean> {
  return load().then(
    () => true,
    () => false,
  );
}
