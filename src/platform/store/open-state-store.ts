/** Opens the durable state: one owner, checked, migrated, and every commit on disk before it returns. */
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { failure } from '../../errors.ts';
import { acquireOwnership } from './single-owner.ts';
import { sqlStateStore } from './sql-state-store.ts';
import type { LoadDriver, SqliteConnection, SqliteDriver } from './sqlite/driver.ts';
import { loadDriver } from './sqlite/load-driver.ts';
import { sqliteFailure } from './sqlite/sqlite-failure.ts';
import type { StateStore } from './state-store.ts';
import { syncDirectory } from './sync-directory.ts';
import { writeFailure } from './write-failure.ts';

/**
 * @param migrations SQL scripts; the file's format is the number of those that it has been through
 * @param drivers SQLite libraries in order of preference, for tests
 * @throws AppcfgError `store.in-use`, `store.newer`, `store.corrupt`, `store.write-failed`, `store.unavailable`
 */
export async function openStateStore(
  file: string,
  migrations: readonly string[],
  drivers?: readonly LoadDriver[],
): Promise<StateStore> {
  const driver = await loadDriver(drivers);
  const ownership = await acquireOwnership(dirname(file), `${basename(file)}.owner`);
  try {
    if (!exists(file)) create(driver, file, migrations);
    const connection = openChecked(driver, file, migrations);
    return sqlStateStore({ driver, file, connection, onClose: () => ownership.release() });
  } catch (error) {
    ownership.release();
    throw sqliteFailure(driver, file, writeFailure(file, error));
  }
}

function exists(file: string): boolean {
  if (!existsSync(file)) {
    if (!existsSync(`${file}-wal`)) return false;
    throw failure('store.corrupt', { file, reason: `it is gone, and its log ${basename(file)}-wal is still there` });
  }
  // Also finds a missing permission early and with a clear reason. Before SQLite has it open: closing any
  // descriptor of a file gives up the locks that this process has on it.
  const descriptor = openSync(file, 'r+');
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) throw failure('store.corrupt', { file, reason: 'it is empty' });
    // SQLite reads zeros where the rest of the last page is missing, and takes them for content.
    if (size % pageBytes(descriptor) !== 0) throw failure('store.corrupt', { file, reason: 'its end is missing' });
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/** SQLite file format, bytes 16 and 17 of the header; 1 stands for 65,536. */
function pageBytes(descriptor: number): number {
  const header = Buffer.alloc(18);
  readSync(descriptor, header, 0, header.length, 0);
  const bytes = header.readUInt16BE(16);
  if (bytes === 1) return 65_536;
  // Not SQLite's: it says so itself.
  return bytes === 0 ? 1 : bytes;
}

/** Made beside its place and renamed: a file that exists is complete, so an empty one is a damaged one. */
function create(driver: SqliteDriver, file: string, migrations: readonly string[]): void {
  const draft = `${file}.new`;
  for (const suffix of ['', '-wal', '-journal']) rmSync(draft + suffix, { force: true });
  closeSync(openSync(draft, 'wx', 0o600));
  connect(driver, draft, (connection) => migrate(connection, migrations)).close();
  renameSync(draft, file);
  syncDirectory(dirname(file));
}

function openChecked(driver: SqliteDriver, file: string, migrations: readonly string[]): SqliteConnection {
  return connect(driver, file, (connection) => {
    check(connection, file, migrations.length);
    migrate(connection, migrations);
    // Writing the format again shows that the file can be written and creates the log, whose name must last as well.
    connection.exec(`PRAGMA user_version = ${migrations.length}`);
    syncDirectory(dirname(file));
  });
}

function connect(driver: SqliteDriver, file: string, setUp: (connection: SqliteConnection) => void): SqliteConnection {
  const connection = driver.open(file);
  try {
    // First, so that WAL needs no memory shared with other processes.
    connection.all('PRAGMA locking_mode=EXCLUSIVE', []);
    setUp(connection);
    return connection;
  } catch (error) {
    closeQuietly(connection);
    throw error;
  }
}

/** Looks before anything is written. */
function check(connection: SqliteConnection, file: string, known: number): void {
  const found = formatOf(connection);
  if (found > known) throw failure('store.newer', { file, found, known });
  const result = connection.all('PRAGMA quick_check(1)', [])[0]?.quick_check;
  if (result !== 'ok') throw failure('store.corrupt', { file, reason: String(result) });
  if (found === 0 && known > 0) throw failure('store.corrupt', { file, reason: 'it is not a state file of appcfg' });
}

/** Each migration and the new format number are one transaction: the next start goes on where this one stopped. */
function migrate(connection: SqliteConnection, migrations: readonly string[]): void {
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'foreign_keys=ON']) {
    connection.all(`PRAGMA ${pragma}`, []);
  }
  const found = formatOf(connection);
  migrations.slice(found).forEach((script, index) => {
    connection.exec('BEGIN IMMEDIATE');
    try {
      connection.exec(script);
      connection.exec(`PRAGMA user_version = ${found + index + 1}`);
      connection.exec('COMMIT');
    } catch (error) {
      connection.exec('ROLLBACK');
      throw error;
    }
  });
}

function formatOf(connection: SqliteConnection): number {
  return Number(connection.all('PRAGMA user_version', [])[0]?.user_version ?? 0);
}

/** Closing a damaged file may fail as well; the first error is the one to report. */
function closeQuietly(connection: SqliteConnection): void {
  try {
    connection.close();
  } catch {}
}
