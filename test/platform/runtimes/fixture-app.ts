/** Builds and starts a fixture application with a real runtime, and talks to it. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import type { Deployment } from '../../../src/platform/deployment.ts';
import { createRuntimes, type FindRuntime } from '../../../src/platform/runtimes/registry.ts';
import type { BuildResult, LaunchCommand, RunCommand } from '../../../src/platform/runtimes/runtime.ts';
import { plainSpec } from '../../sample-spec.ts';

export const assetsDirectory = resolve('runtimes');

export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

export interface OutputRecord {
  readonly level: string;
  readonly message: string;
  readonly requestId?: string;
  readonly timeMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RunningApp {
  readonly port: number;
  readonly build: BuildResult;
  readonly command: LaunchCommand;
  readonly lines: readonly OutputLine[];
  /** The structured lines, parsed. */
  records(): readonly OutputRecord[];
  ask(path: string, ask?: Ask): Promise<Answer>;
  json(path: string, ask?: Ask): Promise<unknown>;
  /** Resolves when a printed line contains the text. */
  printed(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly exit: Promise<number | null>;
}

export interface FixtureOptions {
  /** Name in test/fixtures/apps, or an absolute path. */
  readonly app: string;
  readonly spec: Partial<VersionSpec> & { readonly runtime: string };
  readonly module?: string;
  readonly instance?: string;
  readonly memoryMiB?: number;
  /** The platform's own environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly cacheDirectory?: string;
  /** Of another upload than the usual one. */
  readonly deploymentId?: string;
  /** In place of what the build found. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** In place of really running build commands. */
  readonly run?: RunCommand;
}

/** A copy of a fixture that the test may add files to. */
export function copyFixture(app: string): string {
  const path = temporaryDirectory();
  cpSync(resolve('test/fixtures/apps', app), path, { recursive: true });
  return path;
}

export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'appcfg-runtime-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function scriptHandler(url: string, script: string): VersionSpec['handlers'][number] {
  return { type: 'script', url, script, login: 'optional', authFailAction: 'redirect', secure: 'optional' };
}

export function fixtureDeployment(options: FixtureOptions): Deployment {
  return {
    application: 'simple-sample',
    module: options.module ?? 'default',
    version: 'uno',
    deploymentId: options.deploymentId ?? '800508627093924081',
    spec: { ...plainSpec, ...options.spec },
    directory: resolve('test/fixtures/apps', options.app),
    defaultHostname: 'simple-sample.localhost:8080',
  };
}

/** Runs build commands in the simplest way. */
export const run: RunCommand = (command) =>
  new Promise((done, fail) => {
    const child = spawn(command.command, command.args, {
      cwd: command.cwd,
      env: command.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(command.signal ? { signal: command.signal } : {}),
      ...(command.timeoutMs === undefined ? {} : { timeout: command.timeoutMs }),
    });
    createInterface({ input: child.stdout }).on('line', command.onOutput);
    createInterface({ input: child.stderr }).on('line', command.onOutput);
    child.on('error', fail);
    child.on('close', (exitCode, signal) => done({ exitCode, signal }));
  });

export interface BuiltApp {
  readonly build: BuildResult;
  readonly output: readonly string[];
  command(port: number): LaunchCommand;
}

/** Build and the launch command, without starting it. */
export async function buildFixture(options: FixtureOptions): Promise<BuiltApp> {
  const deployment = fixtureDeployment(options);
  const environment = options.environment ?? process.env;
  const runtime = runtimesOf(environment)(deployment.spec.runtime, deployment.spec.environment);
  const output: string[] = [];
  const found = await runtime.build({
    deployment,
    cacheDirectory: options.cacheDirectory ?? temporaryDirectory(),
    run: options.run ?? run,
    onOutput: (line) => output.push(line),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const build = { ...found, facts: { ...found.facts, ...options.facts } };
  const scratch = temporaryDirectory();
  return {
    build,
    output,
    command: (port) =>
      runtime.launch({
        deployment,
        build,
        instance: options.instance ?? '0',
        port,
        memoryMiB: options.memoryMiB ?? 128,
        temporaryDirectory: scratch,
      }),
  };
}

/** As in the platform, interpreters are looked for once. */
const known = new Map<object, FindRuntime>();

function runtimesOf(environment: Readonly<Record<string, string | undefined>>): FindRuntime {
  const found = known.get(environment) ?? createRuntimes({ assetsDirectory, environment });
  known.set(environment, found);
  return found;
}

/** Build and launch, without waiting for the port. */
export async function launchFixture(options: FixtureOptions): Promise<RunningApp> {
  const built = await buildFixture(options);
  const port = await freePort();
  return launched(built, port);
}

/** Build, launch, and wait until it listens. */
export async function startFixture(options: FixtureOptions): Promise<RunningApp> {
  const app = await launchFixture(options);
  let exited = false;
  void app.exit.then(() => {
    exited = true;
  });
  while (!(await isListening(app.port))) {
    if (exited) throw new Error(`exited: ${app.lines.map((entry) => entry.line).join('\n')}`);
    await pause();
  }
  return app;
}

function launched(built: BuiltApp, port: number): RunningApp {
  const command = built.command(port);
  const child = spawn(command.command, command.args, {
    cwd: command.cwd,
    env: command.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: OutputLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push({ stream: 'stdout', line }));
  createInterface({ input: child.stderr }).on('line', (line) => lines.push({ stream: 'stderr', line }));
  const exit = new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  onTestFinished(async () => {
    signal('SIGKILL');
    await exit.catch(() => undefined);
  });
  const ask = (path: string, options: Ask = {}) => askPort(port, path, options);
  return {
    port,
    build: built.build,
    command,
    lines,
    records: () => recordsOf(lines),
    ask,
    json: async (path, options) => JSON.parse((await ask(path, options)).body),
    printed: async (text) => {
      while (!lines.some((entry) => entry.line.includes(text))) await pause();
    },
    signal,
    exit,
  };
}

function recordsOf(lines: readonly OutputLine[]): readonly OutputRecord[] {
  return lines.filter((entry) => entry.line.startsWith('\x1e')).map((entry) => JSON.parse(entry.line.slice(1)));
}

function askPort(port: number, path: string, options: Ask): Promise<Answer> {
  return new Promise((done, fail) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { ...options.headers }, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('error', fail);
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    request.on('error', fail);
    request.end(options.body);
  });
}

function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 15));
}
