/** Runs the built program as a person would, with all its state in a directory of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'bin', 'run.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Home {
  readonly directory: string;
  /** Of the commands that run in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Finished>;
  /** Runs a command with `--json`, expects success, answers what it printed. */
  json<T = Record<string, unknown>>(...args: readonly string[]): Promise<T>;
  /** Starts a command and leaves it running. */
  start(...args: readonly string[]): Running;
  /** The daemon's file; undefined when none runs. */
  daemon():
    | { readonly pid: number; readonly routerPort: number; readonly controlPort: number; readonly token: string }
    | undefined;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** A home whose platform is gone when the test ends, however it ends. */
export function newHome(
  environment: Readonly<Record<string, string>> = {},
  atEnd: (cleanUp: () => Promise<void>) => void = onTestFinished,
): Home {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-e2e-'));
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    USER: 'tester',
    APPCFG_HOME: join(directory, 'appcfg'),
    APPCFG_PORT: '0',
    APPCFG_CONTROL_PORT: '0',
    APPCFG_UPDATE_NOTICE: '0',
    ...environment,
  };
  const start = (...args: readonly string[]): Running => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, finished: output(child) };
  };
  const run = (...args: readonly string[]) => start(...args).finished;
  const home: Home = {
    directory,
    environment: env,
    start,
    run,
    json: async (...args) => {
      const { code, stdout, stderr } = await run(...args, '--json');
      if (code !== 0) throw new Error(`appcfg ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
      return JSON.parse(stdout);
    },
    daemon: () => {
      const file = join(directory, 'appcfg', 'state', 'platform.json');
      return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    },
  };
  atEnd(async () => {
    await run('platform', 'stop');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  return home;
}

/** A copy of an example that the test may change. */
export function copyExample(home: Home, name: string): string {
  const copy = join(home.directory, name);
  cpSync(join(root, 'examples', name), copy, { recursive: true });
  return copy;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** GETs a URL of the platform; its host name need not resolve on this machine. */
export function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { port, host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const message = request(
      { host: '127.0.0.1', port, path: pathname + search, headers: { host, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    message.once('error', reject);
    message.end();
  });
}

/** Pids of all processes whose environment holds the text (Linux). */
export function processesWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text) && !/^Z/.test(state(pid));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until a condition holds; fails with what was awaited when it never does. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function state(pid: string): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2);
}

function output(child: ChildProcess): Promise<Finished> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve) => {
    child.once('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}
