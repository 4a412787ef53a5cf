/** The only place that starts programs: each in its own process group, with exactly the environment it is given. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Clock } from '../../support/clock.ts';
import type { BuildCommand, RunCommand } from '../runtimes/runtime.ts';
import { LineSplitter } from './line-splitter.ts';

export type OutputStream = 'stdout' | 'stderr';

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when the program could not be launched at all. */
  readonly launchError?: string;
  /** The kernel killed it, or a part of it, at its limit of memory. */
  readonly isOutOfMemory?: boolean;
}

export interface GroupCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface GroupOptions extends GroupCommand {
  readonly clock: Clock;
  readonly onLine: (stream: OutputStream, line: string) => void;
  /** Called once; what was left of the group is dead then. Its last lines may come a moment later. */
  readonly onExit: (exit: ProcessExit) => void;
  /** Told of every group while it lives, so that none outlives a killed daemon. */
  readonly guard?: GroupGuard;
  /** Opens a pipe for `write`; otherwise the program reads nothing. */
  readonly hasInput?: boolean;
  /** The leader is not to die with the daemon: of the orphan guard alone. */
  readonly mayOutliveUs?: boolean;
  /** The command sees to its death signal and core files itself. */
  readonly isWrapped?: boolean;
  /** Open files that the program gets as its descriptors 3, 4, ... */
  readonly descriptors?: readonly number[];
}

export interface GroupGuard {
  add(pgid: number): void;
  remove(pgid: number): void;
}

export interface ProcessGroup {
  /** Of the leader, which is the group's number too; undefined when the launch failed. */
  readonly pid: number | undefined;
  /** Resolves after the last line. */
  readonly outputEnd: Promise<void>;
  /** To every process of the group; does nothing once it is gone. */
  signal(name: NodeJS.Signals): void;
  write(text: string): void;
  endInput(): void;
}

/** Unfinished lines are given out after this long, so that a prompt or a progress dot is seen. */
const PARTIAL_LINE_MS = 1_000;
const FLOOD_BYTES = 32 * 1024;
/** After the exit, a process that left the group may hold the pipe open: wait no longer for its last line. */
const OUTPUT_TAIL_MS = 250;

export function startGroup(options: GroupOptions): ProcessGroup {
  const wrapped = wrap(options);
  let child: ChildProcess;
  try {
    child = spawn(wrapped.command, wrapped.args, spawnOptions(options));
  } catch (error) {
    // spawn throws for a working directory or an argument that no program can have (a NUL byte, for one).
    return failedGroup(options, error);
  }
  if (options.mayOutliveUs === true) letGo(child);
  const pgid = child.pid;
  let isGone = pgid === undefined;
  if (pgid !== undefined) options.guard?.add(pgid);
  const signal = (name: NodeJS.Signals) => {
    if (!isGone && pgid !== undefined) killGroup(pgid, name);
  };
  const outputEnd = watchExit(child, options, () => {
    signal('SIGKILL');
    isGone = true;
    if (pgid !== undefined) options.guard?.remove(pgid);
  });
  child.stdin?.on('error', () => undefined);
  const write = (text: string) => {
    if (child.stdin?.writable === true) child.stdin.write(text);
  };
  return { pid: pgid, outputEnd, signal, write, endInput: () => child.stdin?.end() };
}

/** What a command's processes are known by. */
export interface CommandMark {
  readonly environment: Readonly<Record<string, string>>;
  end(): void;
}

/** A command behind wrappers that isolate it. */
export interface RunnableCommand extends BuildCommand, Pick<GroupOptions, 'descriptors' | 'isWrapped'> {
  /** What the wrappers read. */
  readonly input?: string;
}

/** Runs build commands: whole group killed when the signal aborts or the time is over. */
export function createRunCommand(
  clock: Clock,
  guard?: GroupGuard,
  begin?: () => CommandMark,
): (command: RunnableCommand) => ReturnType<RunCommand> {
  return (command) =>
    new Promise((resolve, reject) => {
      const { signal, timeoutMs } = command;
      if (signal?.aborted) return reject(signal.reason);
      const mark = begin?.();
      const group = startGroup({
        ...command,
        environment: { ...command.environment, ...mark?.environment },
        hasInput: command.input !== undefined,
        clock,
        ...(guard ? { guard } : {}),
        onLine: (_stream, line) => command.onOutput(line),
        onExit: (exit) => {
          cancelTimeout?.();
          mark?.end();
          signal?.removeEventListener('abort', onAbort);
          if (exit.launchError !== undefined) command.onOutput(exit.launchError);
          const exitCode = exit.launchError === undefined ? exit.code : 127;
          void group.outputEnd.then(() =>
            signal?.aborted ? reject(signal.reason) : resolve({ exitCode, signal: exit.signal }),
          );
        },
      });
      if (command.input !== undefined) group.write(command.input);
      group.endInput();
      const onAbort = () => group.signal('SIGKILL');
      signal?.addEventListener('abort', onAbort, { once: true });
      const cancelTimeout =
        timeoutMs === undefined
          ? undefined
          : clock.after(timeoutMs, () => {
              command.onOutput(`stopped: took longer than ${Math.round(timeoutMs / 1000)} s`);
              group.signal('SIGKILL');
            });
    });
}

export function describeExit(exit: ProcessExit): string {
  if (exit.launchError !== undefined) return `could not be launched: ${exit.launchError}`;
  if (exit.signal !== null) return `was killed by ${exit.signal}`;
  // The wrappers of `wrap` answer as a shell does when the command itself can't be run.
  if (exit.code === 127) return 'exited with code 127 (command not found)';
  if (exit.code === 126) return 'exited with code 126 (command not executable)';
  return `exited with code ${exit.code}`;
}

function spawnOptions(options: GroupOptions): SpawnOptions {
  return {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: [options.hasInput === true ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(options.descriptors ?? [])],
  };
}

/** A daemon that has nothing else to do must be able to end. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
}

interface Wrappers {
  readonly deathSignal: readonly string[];
  readonly noCore: readonly string[];
}
let wrappers: Wrappers | undefined;

/** Linux: the leader dies with the daemon (the orphan guard sees to its descendants), and no core file fills the disk. */
function wrap(options: GroupOptions): GroupLaunch {
  if (options.isWrapped === true) return options;
  wrappers ??= {
    deathSignal: wrapper('/usr/bin/setpriv', ['--pdeathsig', 'KILL', '--']),
    noCore: wrapper('/usr/bin/prlimit', ['--core=0', '--']),
  };
  const before = [...(options.mayOutliveUs === true ? [] : wrappers.deathSignal), ...wrappers.noCore];
  const [command = options.command, ...args] = [...before, options.command, ...options.args];
  return { command, args };
}

interface GroupLaunch {
  readonly command: string;
  readonly args: readonly string[];
}

function wrapper(path: string, args: readonly string[]): readonly string[] {
  return process.platform === 'linux' && existsSync(path) ? [path, ...args] : [];
}

/** A group that never was: its exit is reported like that of any other. */
export function failedGroup(options: Pick<GroupOptions, 'clock' | 'cwd' | 'onExit'>, error: unknown): ProcessGroup {
  const exit: ProcessExit = { code: null, signal: null, launchError: launchError(error, options) };
  options.clock.after(0, () => options.onExit(exit));
  const nothing = () => undefined;
  return { pid: undefined, outputEnd: Promise.resolve(), signal: nothing, write: nothing, endInput: nothing };
}

/** Node blames the command for a working directory that is not there. */
function launchError(error: unknown, options: Pick<GroupOptions, 'cwd'>): string {
  if (!existsSync(options.cwd)) return `the working directory ${options.cwd} does not exist`;
  return error instanceof Error ? error.message : String(error);
}

function watchExit(child: ChildProcess, options: GroupOptions, onGone: () => void): Promise<void> {
  const streams = [readLines(child.stdout, 'stdout', options), readLines(child.stderr, 'stderr', options)];
  return new Promise((resolve) => {
    const endOutput = () => {
      for (const stream of streams) stream.close();
      resolve();
    };
    child.once('error', (error) => {
      // Also raised when a signal can't be delivered; then the exit is still to come.
      if (child.pid !== undefined) return;
      endOutput();
      options.onExit({ code: null, signal: null, launchError: launchError(error, options) });
    });
    child.once('exit', (code, signal) => {
      onGone();
      const cancel = options.clock.after(OUTPUT_TAIL_MS, endOutput);
      child.once('close', () => {
        cancel();
        endOutput();
      });
      options.onExit({ code, signal });
    });
  });
}

function readLines(readable: Readable | null, stream: OutputStream, options: GroupOptions): { close(): void } {
  const splitter = new LineSplitter((line) => options.onLine(stream, line));
  let cancelFlush: (() => void) | undefined;
  const flush = () => {
    cancelFlush?.();
    cancelFlush = undefined;
    splitter.flush();
  };
  readable?.on('data', (chunk: Uint8Array) => {
    splitter.push(chunk);
    // A program that prints without end must not keep the router from its work: one chunk a turn.
    if (chunk.length >= FLOOD_BYTES && !readable.isPaused()) {
      readable.pause();
      setImmediate(() => readable.resume());
    }
    if (splitter.hasRest) cancelFlush ??= options.clock.after(PARTIAL_LINE_MS, flush, { isBackground: true });
  });
  readable?.on('error', flush);
  readable?.on('end', flush);
  return {
    close: () => {
      flush();
      readable?.destroy();
    },
  };
}

function killGroup(pgid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pgid, name);
  } catch {
    // Gone already, or run by another user: there is nothing left that we may signal.
  }
}
