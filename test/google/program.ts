/** The built program, run against a strict fake of Google of its own. */
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type GoogleFake, startGoogleFake } from '../google-fake/google-fake.ts';

const file = resolve(import.meta.dirname, '../../bin/run.js');

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface GoogleProgram {
  /** There once tests run. */
  readonly fake: GoogleFake;
  appcfg(...args: readonly string[]): Promise<Finished>;
  /** For those that are ended from here. */
  start(...args: readonly string[]): { readonly child: ChildProcess; readonly finished: Promise<Finished> };
  /** Below the folder that it runs in. */
  write(path: string, content: string): void;
}

/** Every request is one that Google's API describes, or the file's tests fail. */
export function googleProgram(environment: Readonly<Record<string, string>> = {}): GoogleProgram {
  const folder = mkdtempSync(join(tmpdir(), 'appcfg-google-'));
  let opened: GoogleFake | undefined;
  const fake = () => {
    if (!opened) throw new Error('the program is used before its tests run');
    return opened;
  };
  beforeAll(async () => {
    opened = await startGoogleFake();
  });
  afterAll(async () => {
    expect(fake().violations).toEqual([]);
    await fake().close();
    rmSync(folder, { recursive: true, force: true });
  });
  const start: GoogleProgram['start'] = (...args) => {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      APPCFG_HOME: join(folder, 'home'),
      APPCFG_BACKEND: 'google',
      APPCFG_GOOGLE_API_ENDPOINT: fake().url,
      APPCFG_GOOGLE_ACCESS_TOKEN: 'test',
      APPCFG_GOOGLE_REGION: 'us-central',
      ...environment,
    };
    let ended = (_finished: Finished) => {};
    const finished = new Promise<Finished>((resolveEnd) => {
      ended = resolveEnd;
    });
    const child = execFile(process.execPath, [file, ...args], { env, cwd: folder }, (error, stdout, stderr) => {
      ended({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
    return { child, finished };
  };
  return {
    get fake() {
      return fake();
    },
    start,
    appcfg: (...args) => start(...args).finished,
    write: (path, content) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
  };
}
