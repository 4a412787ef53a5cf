/** Finds the embedded platform, starts it on demand, stops it. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { AppcfgError, type ErrorCode, failure, isAppcfgError } from '../../errors.ts';
import type { IsolationStatus } from '../../model/isolation.ts';
import { DAEMON_FILE, type DaemonFile, type DaemonReady } from '../../protocol/daemon-file.ts';
import { type CollectionReport, type PlatformInfo, PROTOCOL_VERSION, paths } from '../../protocol/extension.ts';
import type { Clock } from '../../support/clock.ts';
import { packageVersion } from '../../support/package-version.ts';
import { type ControlAddress, createControlClient } from './control-client.ts';

export interface DaemonOptions {
  readonly stateDirectory: string;
  /** The program to run, `bin/run.js`; its arguments are `platform run --daemon`. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export interface RunningDaemon extends ControlAddress {
  readonly daemon: DaemonFile;
  /** Said once when this call started it: `port 8080 is in use, listening on 8081`. */
  readonly notes: readonly string[];
  readonly wasStarted: boolean;
  /** Of one that ran before this call. */
  readonly isolation?: IsolationStatus;
}

/** A process that has let go of everything but does not end is not waited for any longer than this. */
const MOST_EXIT_MS = 40_000;

/** What the daemon needs of the caller's environment; nothing else travels into instances' parents. */
const inherited =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|XDG_.*|APPCFG_.*|PYENV_ROOT|JAVA_HOME|GOROOT|GOPATH|NVM_DIR)$/;

/** A token that somebody signs in with elsewhere is none of the platform's business, nor of those who can look at it. */
function isInherited(name: string): boolean {
  return inherited.test(name) && name !== 'APPCFG_TOKEN';
}

/** The running platform of this state directory; undefined when there is none. @throws AppcfgError `platform.other-version` */
export async function findDaemon(stateDirectory: string, signal?: AbortSignal): Promise<RunningDaemon | undefined> {
  const daemon = readDaemonFile(stateDirectory);
  if (!daemon) return undefined;
  const address = addressOf(daemon);
  try {
    const info = await describeDaemon(address, signal);
    if (info.protocol !== PROTOCOL_VERSION || info.version !== packageVersion) {
      throw failure('platform.other-version', { platform: info.version, tool: packageVersion });
    }
    const isolation = info.isolation === undefined ? {} : { isolation: info.isolation };
    return { ...address, daemon, notes: [], wasStarted: false, ...isolation };
  } catch (error) {
    // A file left by a killed daemon: its port is closed, or somebody else's who does not know the token.
    if (
      isAppcfgError(error) &&
      ['backend.unreachable', 'control.unauthorized', 'backend.protocol'].includes(error.code)
    )
      return undefined;
    throw error;
  }
}

/** What it says about itself. */
export function describeDaemon(address: ControlAddress, signal?: AbortSignal): Promise<PlatformInfo> {
  return createControlClient(address).json<PlatformInfo>({
    method: 'GET',
    path: paths.platform,
    ...(signal ? { signal } : {}),
  });
}

/** Finds the platform or starts it; two callers at once get the same one. */
export async function ensureDaemon(options: DaemonOptions): Promise<RunningDaemon> {
  for (let attempt = 0; ; attempt += 1) {
    const found = await findDaemon(options.stateDirectory, options.signal);
    if (found) return found;
    try {
      return await startDaemon(options);
    } catch (error) {
      // Somebody else is starting it (or it is just ending): look again for a while.
      if (!isAppcfgError(error) || error.code !== 'store.in-use' || attempt >= 100) throw error;
      await options.clock.sleep(100, options.signal);
    }
  }
}

/** Ends the platform and waits until it is gone. Answers false when none was running. */
export async function stopDaemon(stateDirectory: string, clock: Clock, signal?: AbortSignal): Promise<boolean> {
  const daemon = readDaemonFile(stateDirectory);
  if (!daemon) return false;
  const client = createControlClient(addressOf(daemon));
  const giveUpAtMs = clock.monotonicMs() + MOST_EXIT_MS;
  try {
    await client.json({ method: 'POST', path: paths.shutdown, body: {}, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (isAppcfgError(error) && error.code !== 'platform.closing') return false;
    throw error;
  }
  const isNamed = () => readDaemonFile(stateDirectory)?.pid === daemon.pid;
  while (isRunning(daemon.pid) && (isNamed() || clock.monotonicMs() < giveUpAtMs)) await clock.sleep(25, signal);
  return true;
}

/** undefined when none runs. @throws AppcfgError `collection.busy`, `platform.other-version` */
export async function collectDaemon(
  stateDirectory: string,
  wish: { readonly keepReleases?: number | undefined; readonly isDryRun: boolean },
  signal?: AbortSignal,
): Promise<CollectionReport | undefined> {
  const found = await findDaemon(stateDirectory, signal);
  if (!found) return undefined;
  const client = createControlClient(found);
  return client.json({ method: 'POST', path: paths.collect, body: wish, ...(signal ? { signal } : {}) });
}

/** undefined when there is none, or something else in its place. */
export function readDaemonFile(stateDirectory: string): DaemonFile | undefined {
  try {
    const file = JSON.parse(readFileSync(join(stateDirectory, DAEMON_FILE), 'utf8')) as Partial<DaemonFile> | null;
    return isDaemonFile(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function isDaemonFile(file: Partial<DaemonFile> | null): file is DaemonFile {
  const isPort = (port: unknown) => Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
  const isProcess = Number.isInteger(file?.pid) && Number(file?.pid) > 0;
  return isProcess && isPort(file?.controlPort) && isPort(file?.routerPort) && typeof file?.token === 'string';
}

async function startDaemon(options: DaemonOptions): Promise<RunningDaemon> {
  mkdirSync(options.stateDirectory, { recursive: true, mode: 0o700 });
  const logFile = join(options.stateDirectory, 'platform.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [options.program, 'platform', 'run', '--daemon'], {
    cwd: options.stateDirectory,
    env: Object.fromEntries(Object.entries(options.environment).filter(([name]) => isInherited(name))),
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
  });
  closeSync(log);
  const channel = child.stdio[3] as Readable;
  try {
    const ready = await firstLine(channel, child, logFile, options.signal);
    if (!ready.ok) throw new AppcfgError({ ...ready.error, code: ready.error.code as ErrorCode });
    return { ...addressOf(ready.daemon), daemon: ready.daemon, notes: ready.notes, wasStarted: true };
  } finally {
    channel.destroy();
    child.unref();
  }
}

function firstLine(
  channel: Readable,
  child: ReturnType<typeof spawn>,
  logFile: string,
  signal: AbortSignal | undefined,
): Promise<DaemonReady> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(failure('platform.start-failed', { reason, log: logFile }));
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    createInterface({ input: channel })
      .once('line', (line) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(JSON.parse(line) as DaemonReady);
      })
      .once('close', () => fail('it ended before it was ready'));
    child.once('error', (error) => fail(error.message));
  });
}

function addressOf(daemon: DaemonFile): ControlAddress {
  return { url: `http://127.0.0.1:${daemon.controlPort}`, token: daemon.token };
}

/** False also for a process that has ended and that nobody has reaped yet. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return true;
  }
}
