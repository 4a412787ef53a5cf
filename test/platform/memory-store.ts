/** The platform's tables in memory: for tests of what stands on them, not of the disk. */

import { migrations } from '../../src/platform/store/schema.ts';
import { sqlStateStore } from '../../src/platform/store/sql-state-store.ts';
import { loadDriver } from '../../src/platform/store/sqlite/load-driver.ts';
import type { StateStore } from '../../src/platform/store/state-store.ts';

export async function memoryStore(): Promise<StateStore> {
  const driver = await loadDriver();
  const connection = driver.open(':memory:');
  for (const script of migrations) connection.exec(script);
  return sqlStateStore({ driver, file: ':memory:', connection, onClose: () => {} });
}
