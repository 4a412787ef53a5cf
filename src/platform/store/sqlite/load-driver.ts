/** Chooses the SQLite library: the first of the list that this machine can load. */
import { failure, messageOf } from '../../../errors.ts';
import type { LoadDriver, SqliteDriver } from './driver.ts';
import { loadLibsqlDriver } from './libsql-driver.ts';
import { loadNodeDriver } from './node-driver.ts';
import { loadWasmDriver } from './wasm-driver.ts';

export const preferredDrivers: readonly LoadDriver[] = [loadNodeDriver, loadLibsqlDriver, loadWasmDriver];

/** @throws AppcfgError `store.unavailable` when none loads */
export async function loadDriver(candidates: readonly LoadDriver[] = preferredDrivers): Promise<SqliteDriver> {
  const reasons: string[] = [];
  for (const load of candidates) {
    try {
      return await load();
    } catch (error) {
      reasons.push(messageOf(error).split('\n', 1)[0] ?? '');
    }
  }
  throw failure('store.unavailable', { reasons });
}
