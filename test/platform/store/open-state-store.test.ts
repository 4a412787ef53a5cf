import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStateStore } from '../../../src/platform/store/open-state-store.ts';
import { loadDriver } from '../../../src/platform/store/sqlite/load-driver.ts';
import type { StateStore } from '../../../src/platform/store/state-store.ts';
import { drivers, isLoadable } from './drivers.ts';
import { startProgram } from './run-program.ts';

const first = 'CREATE TABLE things (name TEXT PRIMARY KEY, size REAL); CREATE INDEX things_by_size ON things (size);';
const second = "ALTER TABLE things ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'";

let directory: string;
let file: string;
let opened: StateStore[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'appcfg-state-'));
  file = join(directory, 'state.db');
  opened = [];
});
afterEach(() => {
  for (const store of opened) store.close();
  rmSync(directory, { recursive: true, force: true });
});

for (const [name, load] of Object.entries(drivers)) {
  const isAvailable = await isLoadable(load);
  const open = async (migrations: readonly string[] = [first]): Promise<StateStore> => {
    const store = await openStateStore(file, migrations, [load]);
    opened.push(store);
    return store;
  };
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'opened',
      (error: unknown) => (error as { readonly code: string }).code,
    );

  describe.skipIf(!isAvailable)(`the state store on ${name}`, () => {
    it('keeps values of every type over a restart', async () => {
      const rows = [
        { name: 'text', size: 1.5 },
        { name: "it's “quoted” \n", size: -3 },
        { name: '', size: 2 ** 52 },
        { name: 'none', size: null },
      ];
      const store = await open();
      for (const row of rows) store.run('INSERT INTO things VALUES (?, ?)', row.name, row.size);
      store.close();
      const again = await open();
      expect(again.all('SELECT * FROM things ORDER BY rowid').map((row) => ({ ...row }))).toEqual(rows);
      expect({ ...again.get('SELECT size FROM things WHERE name = ?', 'text') }).toEqual({ size: 1.5 });
      expect(again.get('SELECT 1 FROM things WHERE name = ?', 'other')).toBeUndefined();
      expect(again.get('SELECT name FROM things WHERE size IS ?', null)?.name).toBe('none');
    });

    it('applies a transaction as a whole or not at all', async () => {
      const store = await open();
      const add = (thing: string) => store.run('INSERT INTO things (name) VALUES (?)', thing);
      const count = () => store.get('SELECT count(*) AS n FROM things')?.n;
      const addBoth = (one: string, other: string) => {
        add(one);
        add(other);
        return 'both';
      };
      expect(store.transaction(() => addBoth('a', 'b'))).toBe('both');
      const half = () =>
        store.transaction(() => {
          add('c');
          throw new Error('in the middle');
        });
      expect(half).toThrow('in the middle');
      expect(() => store.transaction(() => addBoth('d', 'a'))).toThrow(/UNIQUE/);
      expect(() => store.transaction(() => store.transaction(() => add('e')))).toThrow(/nested/);
      expect(() => store.transaction(async () => add('f'))).toThrow(/synchronous/);
      expect(count()).toBe(2);
      store.transaction(() => add('g'));
      expect(count()).toBe(3);
    });

    it('enforces foreign keys', async () => {
      const store = await open(['CREATE TABLE a (id TEXT PRIMARY KEY); CREATE TABLE b (a TEXT REFERENCES a (id))']);
      expect(() => store.run('INSERT INTO b VALUES (?)', 'nowhere')).toThrow(/FOREIGN KEY/);
    });

    it('goes on with the migrations that are new', async () => {
      const old = await open([first]);
      old.run('INSERT INTO things (name) VALUES (?)', 'kept');
      old.close();
      expect({ ...(await open([first, second])).get('SELECT * FROM things') }).toEqual({
        name: 'kept',
        size: null,
        colour: 'grey',
      });
    });

    it('leaves everything as it was when a migration fails half-way', async () => {
      const old = await open([first]);
      old.run('INSERT INTO things (name) VALUES (?)', 'kept');
      old.close();
      await expect(open([first, `${second}; DELETE FROM things; SELECT nonsense FROM nowhere`])).rejects.toThrow(
        /nowhere/,
      );
      const again = await open([first]);
      expect({ ...again.get('SELECT * FROM things') }).toEqual({ name: 'kept', size: null });
    });

    it('refuses a file of a newer appcfg and changes nothing', async () => {
      (await open([first, second])).close();
      const before = readFileSync(file);
      expect(await codeOf(open([first]))).toBe('store.newer');
      expect(readFileSync(file).equals(before)).toBe(true);
      (await open([first, second])).close();
    });

    it('has one opener at a time', async () => {
      const store = await open();
      await expect(open()).rejects.toMatchObject({ code: 'store.in-use', details: { pid: process.pid } });
      store.run('INSERT INTO things (name) VALUES (?)', 'still works');
      store.close();
      expect((await open()).get('SELECT name FROM things')?.name).toBe('still works');
    });

    it('answers nothing after it was closed', async () => {
      const store = await open();
      store.all('SELECT * FROM things');
      store.close();
      store.close();
      expect(() => store.all('SELECT * FROM things')).toThrow(/closed/);
    });

    it.each([
      ['text', 'this is not a database at all, but long enough to be one'.repeat(100)],
      ['nothing', ''],
      ['a few bytes', 'SQLite'],
    ])('calls a file with %s damaged and leaves it alone', async (_what, content) => {
      writeFileSync(file, content);
      await expect(open()).rejects.toMatchObject({ code: 'store.corrupt', details: { file } });
      expect(readFileSync(file, 'utf8')).toBe(content);
    });

    it("does not take another program's database for its own", async () => {
      const driver = await load();
      const other = driver.open(file);
      other.exec('CREATE TABLE theirs (x)');
      other.close();
      expect(await codeOf(open())).toBe('store.corrupt');
    });

    it('does not start empty when only the log is left', async () => {
      writeFileSync(`${file}-wal`, 'committed rows');
      expect(await codeOf(open())).toBe('store.corrupt');
      expect(existsSync(file)).toBe(false);
    });

    it('opens with every row or says that it is damaged, wherever the file was cut', async () => {
      const store = await open();
      for (let n = 0; n < 300; n += 1) store.run('INSERT INTO things VALUES (?, ?)', `${n}-${'y'.repeat(80)}`, n);
      store.close();
      const whole = readFileSync(file);
      const page = 4096;
      expect(whole.length).toBeGreaterThan(8 * page);
      const cuts = [0, 1, 15, 16, 99, 100, 101, 512, page - 1, page, page + 1, 2 * page, 3 * page + 17, 5 * page];
      const answers = new Set<string>();
      for (const cut of [...cuts, whole.length - page, whole.length - 1, whole.length]) {
        rmSync(file);
        writeFileSync(file, whole.subarray(0, cut));
        const answer = await codeOf(open());
        answers.add(answer);
        if (answer === 'opened') {
          expect(opened.at(-1)?.get('SELECT count(*) AS n, sum(size) AS s FROM things')).toMatchObject({
            n: 300,
            s: 44850,
          });
          opened.at(-1)?.close();
        } else {
          expect(answer, `cut at ${cut}`).toBe('store.corrupt');
          expect(readFileSync(file).length).toBe(cut);
        }
      }
      expect(answers).toEqual(new Set(['opened', 'store.corrupt']));
    });

    it('has every acknowledged row after kill -9', async () => {
      const program = startProgram('commit-forever', [file, name]);
      await program.printed(/^200$/m);
      program.process.kill('SIGKILL');
      expect(await program.ended).toBe('SIGKILL');
      const acknowledged = program.output().trim().split('\n').length;
      const store = await open(['CREATE TABLE numbers (n INTEGER PRIMARY KEY, padding TEXT NOT NULL)']);
      const { n, top } = store.get('SELECT count(*) AS n, max(n) AS top FROM numbers') ?? {};
      expect(n).toBe(top);
      expect(n).toBeGreaterThanOrEqual(acknowledged);
      expect(n).toBeLessThanOrEqual(acknowledged + 1);
    });

    it('says so when the disk is full, and has what it acknowledged before', async () => {
      const program = startProgram('commit-forever', [file, name], 400);
      expect(await program.ended).toBe(0);
      const lines = program.output().trim().split('\n');
      expect(lines.at(-1)).toMatch(/^failed store\.write-failed Can't write .*state\.db/);
      const store = await open(['CREATE TABLE numbers (n INTEGER PRIMARY KEY, padding TEXT NOT NULL)']);
      expect(store.get('SELECT count(*) AS n FROM numbers')?.n).toBe(lines.length - 1);
    });
  });
}

describe('choosing a SQLite library', () => {
  const absent = () => Promise.reject(new Error("Cannot find package 'libsql'\nRequire stack:"));

  it('falls through to the next when a package is missing', async () => {
    expect((await loadDriver([absent, drivers['node-sqlite3-wasm'] ?? absent])).name).toBe('node-sqlite3-wasm');
  });

  it('says why when there is none', async () => {
    await expect(openStateStore(file, [first], [absent, absent])).rejects.toMatchObject({
      code: 'store.unavailable',
      details: { reasons: ["Cannot find package 'libsql'", "Cannot find package 'libsql'"] },
    });
  });

  it('reports a place that can not be written', async () => {
    writeFileSync(join(directory, 'plain'), '');
    await expect(openStateStore(join(directory, 'plain', 'state.db'), [first])).rejects.toMatchObject({
      code: 'store.write-failed',
    });
  });
});
