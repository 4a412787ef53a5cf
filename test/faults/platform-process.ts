/** The real platform as a child process, whose state outlives it: killed and started again at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');
export const program = join(root, 'bin', 'run.js');

export interface RunningPlatform {
  readonly pid: number;
  readonly routerPort: number;
  readonly controlPort: number;
  readonly token: string;
  /** Milliseconds of `performance.now()` when it said that it is ready. */
  readonly readyAtMs: number;
  /** Resolves with the time of its end. */
  readonly ended: Promise<{ readonly atMs: number; readonly signal: string | null; readonly stderr: string }>;
  kill(): void;
}

/** A place for a platform's state, with what runs there. */
export class Machine {
  readonly directory = mkdtempSync(join(tmpdir(), 'appcfg-faults-'));
  readonly home = join(this.directory, 'home');
  readonly state = join(this.home, 'state');
  readonly #cleanUps: (() => void)[] = [];
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.#environment = environment;
    onTestFinished(async () => {
      await this.end();
      for (const cleanUp of this.#cleanUps) cleanUp();
      rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  /** Of the tool and the platform: nothing of the developer's own. */
  get environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: this.directory,
      USER: 'tester',
      APPCFG_HOME: this.home,
      APPCFG_PORT: '0',
      APPCFG_CONTROL_PORT: '0',
      ...this.#environment,
    };
  }

  /** The next platform listens elsewhere. */
  forgetPorts(): void {
    rmSync(join(this.state, 'ports.json'));
  }

  /** Done when the test is over and nothing runs any more. */
  afterwards(cleanUp: () => void): void {
    this.#cleanUps.push(cleanUp);
  }

  /** What marks every process that this machine's platforms start. */
  get mark(): string {
    return `APPCFG_PLATFORM=${readFileSync(join(this.state, 'nonce'), 'utf8').trim()}`;
  }

  /** For one that will not live long enough to be ready, perhaps. Resolves with the signal that ended it. */
  async startToDie(environment: Readonly<Record<string, string>>): Promise<string | null> {
    const child = this.#spawn(environment);
    return new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
  }

  /** Resolves when it is ready. @throws Error with what it printed when it ends before */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<RunningPlatform> {
    const child = this.#spawn(environment);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise<{ readonly atMs: number; readonly signal: string | null; readonly stderr: string }>(
      (resolve) => child.once('close', (_, signal) => resolve({ atMs: performance.now(), signal, stderr })),
    );
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const line = await Promise.race([firstLine(child.stdout), ended.then(() => undefined)]);
    // A failure is a document of many lines.
    if (line === undefined || line === '{') {
      await ended;
      throw new Error(`the platform ended before it was ready: ${stdout}${stderr}`);
    }
    const { routerPort, controlPort } = JSON.parse(line) as { routerPort: number; controlPort: number };
    const { token } = JSON.parse(readFileSync(join(this.state, 'platform.json'), 'utf8')) as { token: string };
    const pid = child.pid ?? 0;
    return {
      pid,
      routerPort,
      controlPort,
      token,
      readyAtMs: performance.now(),
      ended,
      kill: () => void child.kill('SIGKILL'),
    };
  }

  #spawn(environment: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [program, 'platform', 'run', '--json'], {
      cwd: this.directory,
      env: { ...this.environment, APPCFG_SHOW_RELEASE: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    return child;
  }

  /** An orderly end, if it still runs. */
  async end(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await closed;
  }

  /** Runs the tool to its end. */
  run(...args: readonly string[]): Promise<Finished> {
    return this.tool(...args).finished;
  }

  /** Starts the tool. */
  tool(...args: readonly string[]): { readonly child: ChildProcess; readonly finished: Promise<Finished> } {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.directory,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, finished: output(child) };
  }

  /** Processes that this machine's platforms started and that still live. */
  marked(): readonly number[] {
    if (!existsSync(join(this.state, 'nonce'))) return [];
    const { mark } = this;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => isMarked(pid, mark))
      .map(Number);
  }
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function output(child: ChildProcess): Promise<Finished> {
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

function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve) => createInterface({ input: stream }).once('line', resolve));
}

function isMarked(pid: string, mark: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const isZombie = stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
    return !isZombie && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    return false;
  }
}
