/** The state store cut at many bytes: it opens with whole transactions up to some moment, or says that it is damaged. */
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isAppcfgError } from '../../src/errors.ts';
import { openStateStore } from '../../src/platform/store/open-state-store.ts';
import { migrations } from '../../src/platform/store/schema.ts';
import { countsOf } from './counts.ts';

const count = countsOf('truncated stores');

const TRANSACTIONS = 40;

/** A store with its log as a kill leaves them: every transaction writes two rows that belong together. */
async function writeStore(directory: string): Promise<string> {
  const file = join(directory, 'live.db');
  const store = await openStateStore(file, migrations);
  for (let number = 0; number < TRANSACTIONS; number += 1) {
    store.transaction(() => {
      for (const name of ['a', 'b']) {
        store.run(
          'INSERT INTO daily_usage (application, day, name, amount) VALUES (?, ?, ?, ?)',
          'x',
          String(number),
          name,
          number,
        );
      }
    });
  }
  const copy = join(directory, 'killed.db');
  for (const suffix of ['', '-wal']) cpSync(`${file}${suffix}`, `${copy}${suffix}`);
  store.close();
  return copy;
}

/** Lengths all over the file, and around the borders of its pages and frames. */
function lengthsOf(size: number, step: number): readonly number[] {
  const borders = [0, 1, 15, 16, 31, 32, 33, 55, 56, 57, 99, 100, 101, 4095, 4096, 4097, 4152, 8192, size - 1];
  const spread = Array.from({ length: Math.ceil(size / step) }, (_, index) => index * step + (index % 7));
  return [...new Set([...borders, ...spread])].filter((length) => length >= 0 && length < size);
}

/** How many transactions are there: all up to one, each whole. undefined: it was refused, by name, and not touched. */
async function whatIsLeft(file: string): Promise<number | undefined> {
  const before = readFileSync(file);
  try {
    const store = await openStateStore(file, migrations);
    try {
      const rows = store
        .all('SELECT day, name FROM daily_usage ORDER BY amount, name')
        .map(({ day, name }) => `${day}${name}`);
      const whole = Array.from({ length: rows.length / 2 }, (_, number) => [`${number}a`, `${number}b`]).flat();
      expect(rows).toEqual(whole);
      return rows.length / 2;
    } finally {
      store.close();
    }
  } catch (error) {
    if (!isAppcfgError(error)) throw error;
    expect(error.code).toBe('store.corrupt');
    expect(error.message).toContain(file);
    expect(readFileSync(file).equals(before)).toBe(true);
    return undefined;
  }
}

it('has whole transactions up to some moment, or is refused and not touched, wherever it is cut', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-cut-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const killed = await writeStore(directory);
  const file = join(directory, 'platform.db');
  const cut = async (suffix: string, length: number | undefined) => {
    rmSync(`${file}-shm`, { force: true });
    for (const part of ['', '-wal']) cpSync(`${killed}${part}`, `${file}${part}`);
    if (length !== undefined) truncateSync(`${file}${suffix}`, length);
    return whatIsLeft(file);
  };
  expect(await cut('', undefined), 'what was acknowledged is there after a kill').toBe(TRANSACTIONS);
  let last = 0;
  for (const length of [...lengthsOf(statSync(`${killed}-wal`).size, 5000)].sort((a, b) => a - b)) {
    const left = await cut('-wal', length);
    // A longer log never has less.
    if (left !== undefined) expect(left, `log cut to ${length}`).toBeGreaterThanOrEqual(last);
    last = left ?? last;
    count({ truncations: 1 });
  }
  for (const length of lengthsOf(statSync(killed).size, 1500)) {
    // The log has every page that changed since: what it does not have must be missed.
    expect(await cut('', length), `store cut to ${length}`).toBeOneOf([undefined, TRANSACTIONS]);
    count({ truncations: 1 });
  }
});
