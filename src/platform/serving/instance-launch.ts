/** One launch of an instance's process: port, scratch directory, the wait for its port, its exit. */
import { mkdir, rm } from 'node:fs/promises';
import type { StartProblem } from '../../model/start-problem.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { EgressBoundary } from '../egress/egress-boundary.ts';
import type { LaunchCommand } from '../runtimes/runtime.ts';
import type { LaunchedProcess, Launcher, LaunchRequest } from './launcher.ts';
import type { EngineLimits } from './limits.ts';
import { type MemoryLimit, memoryExceeded, memoryProblem } from './memory-limit.ts';
import type { PortAllocator } from './port-allocator.ts';
import { describeExit, type OutputStream, type ProcessExit } from './process.ts';
import { watchStart } from './start-watch.ts';

export interface LaunchOptions {
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly launcher: Launcher;
  readonly ports: PortAllocator;
  readonly command: (port: number) => LaunchCommand;
  readonly deployment: Deployment;
  readonly id: string;
  readonly memory: MemoryLimit;
  /** The instance's own; made before the launch, removed after the end. */
  readonly temporaryDirectory: string;
  readonly startTimeoutMs: number;
  /** What keeps its sockets to the rules. */
  readonly egress?: EgressBoundary | undefined;
  readonly onLine: (stream: OutputStream, line: string) => void;
}

export interface LaunchListener {
  readonly onLaunched: (pid: number, port: number) => void;
  readonly onListening: (host: string, port: number) => void;
  readonly onNotListening: (reason: string, problem: StartProblem) => void;
  /** Something odd that may yet turn out well. */
  readonly onNotice: (message: string) => void;
  readonly onExit: (exit: ProcessExit, port: number) => void;
}

export class InstanceLaunch {
  readonly #options: LaunchOptions;
  readonly #listener: LaunchListener;
  readonly #life = new AbortController();
  #process: LaunchedProcess | undefined;
  #port: number | undefined;
  #isCancelled = false;
  #onGone: () => void = () => undefined;

  constructor(options: LaunchOptions, listener: LaunchListener) {
    this.#options = options;
    this.#listener = listener;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** All of its processes, where more is known of them than that they descend from the first. */
  readonly processes = (): readonly number[] | undefined => this.#process?.processes?.();

  /** Resolves after the last line. */
  get outputEnd(): Promise<void> {
    return this.#process?.outputEnd ?? Promise.resolve();
  }

  /** Aborts when the process is gone. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** Rejects when the launch could not even be tried; the exit is reported otherwise. */
  async start(): Promise<void> {
    const { ports, launcher, command, temporaryDirectory, deployment, id, memory, onLine } = this.#options;
    const port = await ports.reserve();
    this.#port = port;
    await mkdir(temporaryDirectory, { recursive: true, mode: 0o700 });
    if (this.#isCancelled) throw new Error('stopped before its launch');
    const onExit = (exit: ProcessExit) => {
      this.#onGone();
      this.end();
      this.#listener.onExit(exit, port);
    };
    const { directory } = deployment;
    const admit = this.#admission(port);
    const started = launcher.launch({
      ...{ deployment, instance: id, memory, temporaryDirectory, directory, onLine, onExit },
      command: command(port),
      ...(admit ? { admit } : {}),
    });
    this.#process = started;
    if (started.pid === undefined) return;
    this.#listener.onLaunched(started.pid, port);
    await this.#watchStart(started.pid, port);
  }

  /** Why it has to end; undefined while it keeps to its limit of memory. */
  memoryProblem(usedBytes: number): string | undefined {
    const { memory } = this.#options;
    return this.#process?.hasRunOutOfMemory?.() === true ? memoryExceeded(memory) : memoryProblem(memory, usedBytes);
  }

  /** @param port that it never listened on */
  exitCause(exit: ProcessExit, port: number | undefined): { readonly reason: string; readonly problem: StartProblem } {
    const when = port !== undefined && exit.launchError === undefined ? ` before it listened on $PORT (${port})` : '';
    const what = exit.isOutOfMemory === true ? memoryExceeded(this.#options.memory) : describeExit(exit);
    return { reason: `${what}${when}`, problem: this.#problemOf(exit) };
  }

  terminate(): void {
    this.#isCancelled = true;
    this.#process?.terminate();
  }

  kill(): void {
    this.#isCancelled = true;
    this.#process?.kill();
  }

  /** Gives the port back; of a process that is gone or never was. */
  end(): void {
    this.#life.abort();
    if (this.#port !== undefined) this.#options.ports.release(this.#port);
    this.#port = undefined;
  }

  /** Best effort: what can't be removed now is removed at the next start of the engine. */
  removeFiles(): void {
    rm(this.#options.temporaryDirectory, { recursive: true, force: true }).catch(() => undefined);
  }

  /** Undefined: nothing has to be ready before its program runs. */
  #admission(port: number): LaunchRequest['admit'] {
    const { egress, deployment } = this.#options;
    if (egress?.modeOf(deployment) !== 'kernel') return undefined;
    return async (groups) => {
      const release = await egress.admit({ deployment, port, groups });
      if (release) this.#onGone = release;
    };
  }

  #problemOf(exit: ProcessExit): StartProblem {
    if (exit.isOutOfMemory === true) return 'out-of-memory';
    const isUnknownCommand = exit.launchError !== undefined || exit.code === 127 || exit.code === 126;
    return isUnknownCommand ? 'command-not-found' : 'exited';
  }

  async #watchStart(pid: number, port: number): Promise<void> {
    const { clock, limits, startTimeoutMs } = this.#options;
    const { onNotice, onListening, onNotListening } = this.#listener;
    const signal = this.#life.signal;
    const outcome = await watchStart({ clock, pid, port, limits, timeoutMs: startTimeoutMs, signal, onNotice });
    switch (outcome.kind) {
      case 'listening':
        return onListening(outcome.host, port);
      case 'failed':
        return onNotListening(outcome.reason, outcome.problem);
      case 'aborted':
        return;
    }
  }
}
