/** The real gcloud and the built platform, in a network of their own where that is possible: nothing can reach Google. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findExecutable } from '../../src/platform/runtimes/executables.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'bin', 'run.js');
/** A command that never says what is awaited must not outlive its test. */
const MOST_PATIENCE_MS = 40_000;

export const hasGcloud = findExecutable('gcloud', process.env) !== undefined;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GcloudBench {
  readonly directory: string;
  /** True when nothing but this machine's own loopback can be reached. */
  readonly isIsolated: boolean;
  gcloud(...args: readonly string[]): Promise<Finished>;
  /** Expects success, with `--format=json`. */
  gcloudJson<T>(...args: readonly string[]): Promise<T>;
  /** Runs until the text appears on standard output, then ends it. */
  gcloudUntil(text: string, ...args: readonly string[]): Promise<string>;
  appcfg(...args: readonly string[]): Promise<Finished>;
  /** The body behind a status, `200 hello`, asked of the platform under a host name like `v1-dot-demo`. */
  get(host: string, path?: string): Promise<string>;
  write(file: string, content: string): void;
  close(): Promise<void>;
}

export async function openGcloudBench(): Promise<GcloudBench> {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-gcloud-'));
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: directory,
    USER: 'tester',
    APPCFG_HOME: join(directory, 'appcfg'),
    APPCFG_PORT: '0',
    APPCFG_CONTROL_PORT: '0',
  };
  const platform = startPlatform(environment);
  const state = join(environment.APPCFG_HOME, 'state');
  await until(() => existsSync(join(state, 'platform.json')), platform.child);
  const { routerPort } = JSON.parse(readFileSync(join(state, 'platform.json'), 'utf8')) as {
    readonly routerPort: number;
  };
  const within = platform.isIsolated ? ['nsenter', '-t', String(namespaceOf(platform.child)), '-n'] : [];
  const start = (command: readonly string[], env: Readonly<Record<string, string>>): ChildProcess => {
    const [file = '', ...args] = [...within, ...command];
    return spawn(file, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const appcfg = (...args: readonly string[]) => finished(start([process.execPath, program, ...args], environment));
  const config = await appcfg('platform', 'gcloud-config', '-A', 'demo', '--json');
  // Python keeps what it prints to a pipe to itself for long.
  const unbuffered = { CLOUDSDK_CORE_DISABLE_PROMPTS: '1', PYTHONUNBUFFERED: '1' };
  const clouded = { ...environment, ...unbuffered, ...(JSON.parse(config.stdout) as object) };
  const gcloud = (...args: readonly string[]) => finished(start(['gcloud', ...args], clouded));
  return {
    directory,
    isIsolated: platform.isIsolated,
    gcloud,
    appcfg,
    gcloudJson: async (...args) => {
      const { code, stdout, stderr } = await gcloud(...args, '--format=json');
      if (code !== 0) throw new Error(`gcloud ${args.join(' ')} ended with ${code}\n${stderr}`);
      return JSON.parse(stdout);
    },
    gcloudUntil: (text, ...args) => outputUntil(start(['gcloud', ...args], clouded), text),
    get: async (host, path = '/') => {
      const url = `http://127.0.0.1:${routerPort}${path}`;
      const script = `require('http').get(process.argv[1],{headers:{host:process.argv[2]}},(r)=>{let t='';r.on('data',(c)=>t+=c);r.on('end',()=>process.stdout.write(r.statusCode+' '+t.trim()))})`;
      const { stdout } = await finished(
        start([process.execPath, '-e', script, url, `${host}.localhost:${routerPort}`], environment),
      );
      return stdout;
    },
    write: (file, content) => {
      mkdirSync(resolve(directory, file, '..'), { recursive: true });
      writeFileSync(join(directory, file), content);
    },
    close: async () => {
      await appcfg('platform', 'stop');
      await platform.ended;
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The three modules of S3, as gcloud wants them: without application and version, which it refuses in these files. */
export function copySample({ directory }: GcloudBench): readonly string[] {
  const copy = join(directory, 'sample');
  cpSync(join(root, 'examples', 'simple-sample'), copy, { recursive: true });
  const files = readdirSync(copy).filter((name) => name.endsWith('.yaml'));
  for (const name of files) {
    const text = readFileSync(join(copy, name), 'utf8');
    writeFileSync(
      join(copy, name),
      text.replaceAll(/^(application|version):.*\n/gm, '').replace(/^module:/m, 'service:'),
    );
  }
  return ['app.yaml', ...files.filter((name) => name !== 'app.yaml')].map((name) => join(copy, name));
}

function startPlatform(environment: Readonly<Record<string, string>>) {
  const isIsolated = canIsolate();
  const platform = [process.execPath, program, 'platform', 'run'];
  const [file = '', ...args] = isIsolated
    ? ['unshare', '-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...platform]
    : platform;
  const child = spawn(file, args, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolveEnd) => child.once('close', () => resolveEnd()));
  return { child, ended, isIsolated };
}

function canIsolate(): boolean {
  try {
    execFileSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    execFileSync('nsenter', ['-t', String(process.pid), '-n', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** `unshare` and the shell hand their process over, so the platform has the pid of the child. */
function namespaceOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the platform did not start');
  return child.pid;
}

async function until(condition: () => boolean, child: ChildProcess): Promise<void> {
  while (!condition()) {
    if (child.exitCode !== null) throw new Error(`the platform ended with ${child.exitCode}`);
    await new Promise((wait) => setTimeout(wait, 25));
  }
}

function finished(child: ChildProcess): Promise<Finished> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolveEnd) => {
    child.once('close', (code) =>
      resolveEnd({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

function outputUntil(child: ChildProcess, text: string): Promise<string> {
  let seen = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    seen += chunk;
    if (seen.includes(text)) child.kill('SIGINT');
  });
  child.stderr?.resume();
  const patience = setTimeout(() => child.kill('SIGKILL'), MOST_PATIENCE_MS);
  return new Promise((resolveEnd) => {
    child.once('close', () => {
      clearTimeout(patience);
      resolveEnd(seen);
    });
  });
}
