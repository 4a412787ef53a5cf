/** One running copy of a version: carries out what the instance machine decides. */
import { mkdir, rm } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import { runtimeGeneration } from '../../model/version-spec.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { LaunchCommand } from '../runtimes/runtime.ts';
import {
  type InstanceEffect,
  type InstanceEvent,
  type InstancePhase,
  isUsable,
  transition,
} from './instance-machine.ts';
import { InstanceOutput } from './instance-output.ts';
import { describeAnswer, sendToInstance } from './instance-requests.ts';
import { summarise } from './instance-summary.ts';
import { InstanceTraffic } from './instance-traffic.ts';
import { type InternalRequest, isStartSuccess } from './internal-request.ts';
import type { LaunchedProcess, Launcher } from './launcher.ts';
import type { EngineLimits } from './limits.ts';
import type { InstanceRequest, ManagedInstance, StopRequest } from './managed-instance.ts';
import type { MemoryLimit } from './memory-limit.ts';
import type { PortAllocator } from './port-allocator.ts';
import { describeExit, type ProcessExit } from './process.ts';
import type { ResourceUsage, ResourceWatch } from './resource-watch.ts';
import { accepts, watchStart } from './start-watch.ts';

export interface InstanceOptions extends InstanceRequest {
  readonly clock: Clock;
  readonly logs: LogSink;
  readonly limits: EngineLimits;
  readonly deployment: Deployment;
  readonly launcher: Launcher;
  readonly ports: PortAllocator;
  readonly resources: ResourceWatch;
  readonly memory: MemoryLimit;
  /** Its own; made before the launch, removed after the end. */
  readonly temporaryDirectory: string;
  readonly command: (port: number) => LaunchCommand;
}

/** A port that another program took between check and launch is worth another try, not many. */
const PORT_ATTEMPTS = 3;
/** Between a broken connection and the news that the process behind it has died. */
const EXIT_NEWS_MS = 1_000;
const MEBIBYTE = 1024 * 1024;
const PORT_TAKEN = /EADDRINUSE|address already in use/i;

export class Instance implements ManagedInstance {
  readonly id: string;
  readonly #options: InstanceOptions;
  readonly #output: InstanceOutput;
  readonly #traffic: InstanceTraffic;
  readonly #timers = new Set<() => void>();
  /** Of the present launch: aborted when the process is gone. */
  #life = new AbortController();
  #phase: InstancePhase;
  #process: LaunchedProcess | undefined;
  #address = { host: '127.0.0.1', port: 0 };
  #attempts = 0;
  #startedAtMs: number | undefined;
  #upSinceMs: number | undefined;
  #hasBeenReady = false;
  #isStartRequestOpen = false;
  #graceMs: number;
  #usage: ResourceUsage | undefined;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.id = options.id;
    this.#phase = { tag: 'new', sinceMs: options.clock.monotonicMs() };
    this.#graceMs = options.limits.graceMs;
    this.#output = new InstanceOutput({ ...options, instance: options.id, onLine: options.onOutput });
    this.#traffic = new InstanceTraffic(options.clock, options.id, {
      onRelease: (outcome) => {
        this.#checkDrained();
        if (outcome.isInstanceFailure === true) this.#checkPort();
        options.onRelease(this, outcome);
      },
    });
  }

  get phase(): InstancePhase {
    return this.#phase;
  }
  get inFlight(): number {
    return this.#traffic.inFlight;
  }
  get idleSinceMs(): number | undefined {
    return this.#traffic.idleSinceMs;
  }
  get averageLatencyMs(): number {
    return this.#traffic.averageLatencyMs;
  }
  get cpuUtilization(): number | undefined {
    return this.#usage?.cpuUtilization;
  }
  get upSinceMs(): number | undefined {
    return this.#upSinceMs;
  }
  get hasBeenReady(): boolean {
    return this.#hasBeenReady;
  }
  get lastOutput(): readonly string[] {
    return this.#output.lastLines;
  }

  launch(): void {
    this.#dispatch({ type: 'launch' });
  }

  demand(): void {
    this.#dispatch({ type: 'demand' });
  }

  stop(request: StopRequest): void {
    if (request.graceMs !== undefined) this.#graceMs = request.graceMs;
    const { reason, isFailure, isUrgent = false } = request;
    // Automatic instances have no shutdown hook to run (S3: start and stop are of manual and basic scaling).
    const runsHook = this.#options.deployment.spec.scaling.type !== 'automatic';
    this.#dispatch({ type: 'stop', cause: { reason, isFailure }, runsHook, isUrgent });
  }

  claim(pendingMs: number) {
    return this.#traffic.claim(pendingMs);
  }

  summary(restarts: number): InstanceSummary {
    return summarise(this.#options.deployment, {
      id: this.id,
      phase: this.#phase,
      pid: this.#process?.pid,
      startedAtMs: this.#startedAtMs,
      traffic: this.#traffic,
      usage: this.#usage,
      restarts,
    });
  }

  #dispatch(event: InstanceEvent): void {
    const before = this.#phase;
    const { phase, effects } = transition(before, event, this.#options.clock.monotonicMs());
    this.#phase = phase;
    if (phase.tag === 'ready' && before.tag !== 'ready') this.#becomeReady(before);
    // The owner hears of the phase first, so that nobody claims an instance whose end has begun.
    if (phase !== before) this.#options.onPhase(this);
    for (const effect of effects) this.#perform[effect]();
  }

  readonly #perform: Readonly<Record<InstanceEffect, () => void>> = {
    spawn: () => {
      this.#spawn().catch((error: unknown) => this.#dispatch({ type: 'exited', reason: messageOf(error) }));
    },
    'send-start': () => this.#sendStart(),
    'send-warmup': () => this.#sendWarmup(),
    'send-stop': () => {
      void this.#send('/_ah/stop').then(() => this.#dispatch({ type: 'hook-done' }));
    },
    'watch-requests': () => this.#checkDrained(),
    'arm-grace': () => this.#after(this.#graceMs, () => this.#dispatch({ type: 'grace-over' })),
    'arm-kill': () => this.#after(this.#options.limits.killDelayMs, () => this.#dispatch({ type: 'kill-due' })),
    terminate: () => this.#process?.terminate(),
    kill: () => this.#process?.kill(),
    'cut-requests': () => this.#traffic.cut('the instance is being shut down'),
    'clean-up': () => this.#cleanUp(),
  };

  async #spawn(): Promise<void> {
    const options = this.#options;
    this.#attempts += 1;
    const port = await options.ports.reserve();
    this.#address = { host: '127.0.0.1', port };
    await mkdir(options.temporaryDirectory, { recursive: true, mode: 0o700 });
    if (this.#phase.tag !== 'spawning')
      return this.#dispatch({ type: 'exited', reason: 'was stopped before its launch' });
    this.#life = new AbortController();
    this.#startedAtMs = options.clock.now();
    const started = options.launcher.launch({
      command: options.command(port),
      temporaryDirectory: options.temporaryDirectory,
      directory: options.deployment.directory,
      onLine: (stream, line) => this.#output.print(stream, line),
      onExit: (exit) => this.#onExit(exit),
    });
    this.#process = started;
    if (started.pid === undefined) return;
    options.resources.add({
      key: this,
      pid: started.pid,
      limitBytes: options.memory.mebibytes * MEBIBYTE,
      onUsage: (usage) => this.#onUsage(usage),
    });
    this.#output.note('info', `instance ${this.id} launched as process ${started.pid} on port ${port}`);
    await this.#watchStart(started.pid, port);
  }

  async #watchStart(pid: number, port: number): Promise<void> {
    const { clock, limits, deployment } = this.#options;
    const outcome = await watchStart({
      clock,
      pid,
      port,
      limits,
      timeoutMs: deployment.spec.readinessCheck?.appStartTimeoutMs ?? limits.startTimeoutMs,
      signal: this.#life.signal,
      onNotice: (message) => {
        this.#output.note('warning', message);
        this.#options.onOutput(message);
      },
    });
    if (outcome.kind === 'failed') this.#dispatch({ type: 'not-listening', reason: outcome.reason });
    if (outcome.kind !== 'listening') return;
    this.#address = { host: outcome.host, port };
    this.#upSinceMs = clock.monotonicMs();
    this.#traffic.open({ ...this.#address, isLoading: deployment.spec.scaling.type === 'automatic' });
    this.#dispatch({ type: 'listening', next: this.#next() });
  }

  #next(): 'ready' | 'start' | 'warmup' | 'standby' {
    const { deployment, isAheadOfDemand } = this.#options;
    const { scaling, inboundServices } = deployment.spec;
    switch (scaling.type) {
      case 'manual':
        return 'start';
      case 'basic':
        return isAheadOfDemand ? 'standby' : 'start';
      case 'automatic':
        return isAheadOfDemand && inboundServices.includes('warmup') ? 'warmup' : 'ready';
    }
  }

  #becomeReady(before: InstancePhase): void {
    this.#hasBeenReady = true;
    // A warmed-up instance has nothing left to load.
    const isLoading = this.#options.deployment.spec.scaling.type === 'automatic' && before.tag === 'spawning';
    this.#traffic.open({ ...this.#address, isLoading });
  }

  #sendStart(): void {
    this.#isStartRequestOpen = true;
    void this.#send('/_ah/start').then((answer) => {
      this.#isStartRequestOpen = false;
      const answered = {
        type: 'answered',
        isSuccess: isStartSuccess(answer),
        reason: describeAnswer('/_ah/start', answer),
      } as const;
      // A process that died in its start request says more by its exit, which comes at once.
      if (answer.status === undefined) this.#after(EXIT_NEWS_MS, () => this.#dispatch(answered));
      else this.#dispatch(answered);
      this.#checkDrained();
    });
  }

  /** Whatever a warm-up answers, the instance may serve; it was only a chance to load things early. */
  #sendWarmup(): void {
    void this.#send('/_ah/warmup', this.#options.limits.warmupTimeoutMs).then((answer) => {
      const reason = describeAnswer('/_ah/warmup', answer);
      if (!isStartSuccess(answer)) this.#output.note('warning', reason);
      this.#dispatch({ type: 'answered', isSuccess: true, reason });
    });
  }

  #send(path: InternalRequest['path'], timeoutMs?: number) {
    const { clock, deployment } = this.#options;
    const timeout = timeoutMs === undefined ? {} : { timeoutMs };
    const target = { ...this.#address, ...timeout, signal: this.#life.signal };
    return sendToInstance({ clock, deployment, instance: this.id, output: this.#output }, path, target);
  }

  /**
   * A start request that still runs is a request in flight (S3: a program may run in it for hours). Of a second
   * generation instance it is not waited for: there SIGTERM, not /_ah/stop, is what tells the program to end.
   */
  #checkDrained(): void {
    if (this.#phase.tag !== 'draining' || this.#traffic.inFlight > 0) return;
    if (this.#isStartRequestOpen && runtimeGeneration(this.#options.deployment.spec.runtime) === 1) return;
    this.#dispatch({ type: 'requests-done' });
  }

  /** A request lost its connection: perhaps only that request, perhaps the server stopped listening while its process lives. */
  #checkPort(): void {
    if (this.#phase.tag !== 'ready') return;
    const { host, port } = this.#address;
    void accepts(host, port).then((isAccepted) => {
      if (isAccepted || this.#phase.tag !== 'ready') return;
      this.stop({ reason: `no longer accepts connections on $PORT (${port})`, isFailure: true });
    });
  }

  #onUsage(usage: ResourceUsage): void {
    this.#usage = usage;
    const { memory } = this.#options;
    if (usage.memoryBytes <= memory.mebibytes * MEBIBYTE || !isUsable(this.#phase)) return;
    const used = Math.round(usage.memoryBytes / MEBIBYTE);
    this.stop({ reason: `exceeded the memory limit of ${memory.label}: ${used} MB`, isFailure: true });
  }

  #onExit(exit: ProcessExit): void {
    this.#life.abort();
    this.#options.resources.remove(this);
    this.#process = undefined;
    const isSpawning = this.#phase.tag === 'spawning';
    const isPortTaken = isSpawning && this.#output.lastLines.some((line) => PORT_TAKEN.test(line));
    if (isPortTaken && this.#attempts < PORT_ATTEMPTS) {
      this.#options.ports.release(this.#address.port);
      this.#dispatch({ type: 'port-taken' });
      return;
    }
    const when =
      isSpawning && exit.launchError === undefined ? ` before it listened on $PORT (${this.#address.port})` : '';
    this.#dispatch({ type: 'exited', reason: `${describeExit(exit)}${when}` });
  }

  #cleanUp(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#life.abort();
    this.#options.ports.release(this.#address.port);
    this.#traffic.cut('the instance ended');
    if (this.#phase.tag === 'ended') {
      const { reason, isFailure } = this.#phase.cause;
      this.#output.note(isFailure ? 'error' : 'info', `instance ${this.id} ended: ${reason}`);
    }
    // Best effort: what can't be removed now is removed at the next start of the engine.
    rm(this.#options.temporaryDirectory, { recursive: true, force: true }).catch(() => undefined);
  }

  #after(ms: number, callback: () => void): void {
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }
}
