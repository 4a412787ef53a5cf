/** The one place where SQLite's result codes become errors of the catalogue. */
import { dirname } from 'node:path';
import { failure, isAppcfgError, messageOf } from '../../../errors.ts';
import type { SqliteDriver } from './driver.ts';

/** The error to throw instead of `error`; a mistake in our own SQL stays what it is. */
export function sqliteFailure(driver: SqliteDriver, file: string, error: unknown): unknown {
  if (isAppcfgError(error)) return error;
  const cause = { cause: error };
  switch (driver.resultCode(error)) {
    case 5: // BUSY
    case 6: // LOCKED
      return failure('store.in-use', { directory: dirname(file) }, cause);
    case 11: // CORRUPT
    case 26: // NOTADB
      return failure('store.corrupt', { file, reason: messageOf(error) }, cause);
    case 3: // PERM
    case 8: // READONLY
    case 10: // IOERR
    case 13: // FULL
    case 14: // CANTOPEN
      return failure('store.write-failed', { file, reason: messageOf(error) }, cause);
    default:
      return error;
  }
}
