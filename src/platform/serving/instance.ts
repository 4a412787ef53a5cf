/** One running copy of a version: carries out what the instance machine decides. */
import { messageOf } from '../../errors.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import { runtimeGeneration } from '../../model/version-spec.ts';
import type { ApiTickets } from '../apis/api-tickets.ts';
import type { LogSink } from '../logs/log-store.ts';
import { firstStep } from './first-step.ts';
import { startTimeoutMs } from './health-settings.ts';
import { InstanceHealth } from './instance-health.ts';
import { InstanceLaunch, type LaunchOptions } from './instance-launch.ts';
import {
  type InstanceEffect,
  type InstanceEvent,
  type InstancePhase,
  isUsable,
  transition,
} from './instance-machine.ts';
import { InstanceOutput } from './instance-output.ts';
import { InstanceRequests, type Verdict } from './instance-requests.ts';
import { summarise } from './instance-summary.ts';
import { InstanceTraffic, OVERDUE } from './instance-traffic.ts';
import type { InstanceRequest, ManagedInstance, StopRequest } from './managed-instance.ts';
import type { ProcessExit } from './process.ts';
import type { ResourceUsage, ResourceWatch } from './resource-watch.ts';
import { InstanceInside } from './running-instance.ts';
import { TimerSet } from './timer-set.ts';

export interface InstanceOptions extends InstanceRequest, Omit<LaunchOptions, 'startTimeoutMs' | 'onLine'> {
  readonly logs: LogSink;
  readonly tickets: ApiTickets | undefined;
  readonly resources: ResourceWatch;
}

/** A port that another program took between check and launch is worth another try, not many. */
const PORT_ATTEMPTS = 3;
/** Between a broken connection and the news that the process behind it has died. */
const EXIT_NEWS_MS = 250;

export class Instance implements ManagedInstance {
  readonly id: string;
  readonly inside: InstanceInside;
  readonly #options: InstanceOptions;
  readonly #output: InstanceOutput;
  readonly #traffic: InstanceTraffic;
  readonly #requests: InstanceRequests;
  readonly #health: InstanceHealth;
  readonly #timers: TimerSet;
  #phase: InstancePhase;
  #launch: InstanceLaunch;
  #address = { host: '127.0.0.1', port: 0 };
  #attempts = 0;
  #startedAtMs: number | undefined;
  #upSinceMs: number | undefined;
  #hasBeenReady = false;
  #graceMs: number;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.id = options.id;
    this.#phase = { tag: 'new', sinceMs: options.clock.monotonicMs() };
    this.#graceMs = options.limits.graceMs;
    this.#timers = new TimerSet(options.clock);
    this.#output = new InstanceOutput({ ...options, instance: options.id, onLine: options.onOutput });
    this.#requests = new InstanceRequests(options, this.#output);
    this.#launch = this.#nextLaunch();
    this.inside = new InstanceInside(options.clock, {
      requests: this.#requests,
      target: () => this.#target(),
      phase: () => this.#phase,
      measure: () => options.resources.readNow(this),
      onBackgroundEnd: () => this.#checkDrained(),
    });
    this.#health = new InstanceHealth(options, this.#output, {
      phase: () => this.#phase,
      dispatch: (event) => this.#dispatch(event),
      stop: (request) => this.stop(request),
    });
    this.#traffic = new InstanceTraffic(options.clock, options.id, {
      onRelease: (outcome) => {
        this.#checkDrained();
        if (outcome.isOverdue === true) this.stop(OVERDUE);
        if (outcome.isInstanceFailure === true) this.#health.checkPort();
        options.onRelease(this, outcome);
      },
      ...{ onLasting: options.onLasting, onBusy: options.onBusy },
    });
  }

  get phase(): InstancePhase {
    return this.#phase;
  }
  get inFlight(): number {
    return this.#traffic.inFlight;
  }
  get lasting(): number {
    return this.#traffic.lasting;
  }
  get idleSinceMs(): number | undefined {
    return this.#traffic.idleSinceMs;
  }
  get cpuUtilization(): number | undefined {
    return this.inside.usage?.cpuUtilization;
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
    if (request.graceMs !== undefined) this.#shortenGrace(request.graceMs);
    const { reason, isFailure, problem, isUrgent = false } = request;
    // Automatic instances have no shutdown hook to run (S3: start and stop are of manual and basic scaling).
    const runsHook = this.#options.deployment.spec.scaling.type !== 'automatic';
    this.#dispatch({ type: 'stop', cause: { reason, isFailure, problem }, runsHook, isUrgent });
  }

  claim(pendingMs: number) {
    return this.#traffic.claim(pendingMs);
  }

  summary(restarts: number): InstanceSummary {
    return summarise(this.#options.deployment, {
      id: this.id,
      phase: this.#phase,
      isListening: this.#health.hasBegun,
      pid: this.#launch.pid,
      startedAtMs: this.#startedAtMs,
      traffic: this.#traffic,
      usage: this.inside.usage,
      isolation: this.#options.launcher.level,
      egress: this.#options.egress?.modeOf(this.#options.deployment),
      restarts,
    });
  }

  #dispatch(event: InstanceEvent): void {
    const before = this.#phase;
    const { phase, effects } = transition(before, event, this.#options.clock.monotonicMs());
    this.#phase = phase;
    if (phase.tag === 'ready' && before.tag !== 'ready') this.#becomeReady(before);
    if (!isUsable(phase)) this.#health.end();
    // The owner hears of the phase first, so that nobody claims an instance whose end has begun.
    if (phase !== before) this.#options.onPhase(this);
    for (const effect of effects) this.#perform[effect]();
  }

  readonly #perform: Readonly<Record<InstanceEffect, () => void>> = {
    spawn: () => this.#spawn(),
    'send-start': () => this.#sendStart(),
    'send-warmup': () => this.#sendWarmup(),
    'send-stop': () => {
      void this.#requests.stop(this.#target()).then(() => this.#dispatch({ type: 'hook-done' }));
    },
    'watch-requests': () => this.#checkDrained(),
    'arm-grace': () => this.#timers.after(this.#graceMs, () => this.#dispatch({ type: 'grace-over' })),
    'arm-kill': () => this.#timers.after(this.#options.limits.killDelayMs, () => this.#dispatch({ type: 'kill-due' })),
    terminate: () => this.#launch.terminate(),
    kill: () => this.#launch.kill(),
    'cut-requests': () => this.#traffic.cut('the instance is being shut down'),
    'clean-up': () => this.#cleanUp(),
  };

  #spawn(): void {
    if (this.#attempts > 0) this.#launch = this.#nextLaunch();
    this.#attempts += 1;
    this.#startedAtMs = this.#options.clock.now();
    this.#launch.start().catch((error: unknown) => this.#dispatch({ type: 'exited', reason: messageOf(error) }));
  }

  #nextLaunch(): InstanceLaunch {
    return new InstanceLaunch(
      {
        ...this.#options,
        startTimeoutMs: startTimeoutMs(this.#options.deployment.spec, this.#options.limits),
        onLine: (stream, line) => this.#output.print(stream, line),
      },
      {
        onLaunched: (pid, port) => this.#onLaunched(pid, port),
        onListening: (host, port) => this.#onListening(host, port),
        onNotListening: (reason, problem) => this.#dispatch({ type: 'not-listening', reason, problem }),
        onNotice: (message) => {
          this.#output.note('warning', message);
          this.#options.onOutput(message);
        },
        onExit: (exit, port) => this.#onExit(exit, port),
      },
    );
  }

  #onLaunched(pid: number, port: number): void {
    const { resources, memory } = this.#options;
    const { processes } = this.#launch;
    resources.add({ key: this, pid, processes, limitBytes: memory.bytes, onUsage: (usage) => this.#onUsage(usage) });
    this.#output.note('info', `instance ${this.id} launched as process ${pid} on port ${port}`);
  }

  #onListening(host: string, port: number): void {
    const { clock, deployment, isAheadOfDemand } = this.#options;
    this.#address = { host, port };
    this.#health.begin(this.#address, () => {
      this.#upSinceMs = clock.monotonicMs();
      this.#traffic.open({ host, port, isLoading: false });
      this.#dispatch({ type: 'listening', next: firstStep(deployment.spec, isAheadOfDemand) });
    });
  }

  #becomeReady(before: InstancePhase): void {
    this.#hasBeenReady = true;
    // A warmed-up instance has nothing left to load.
    const isLoading = this.#options.deployment.spec.scaling.type === 'automatic' && before.tag === 'spawning';
    this.#traffic.open({ ...this.#address, isLoading });
  }

  #sendStart(): void {
    void this.#requests.start(this.#target()).then((verdict) => {
      // A process that died in its start request says more by its exit, which comes at once.
      if (verdict.isAnswered) this.#answered(verdict);
      else this.#timers.after(EXIT_NEWS_MS, () => this.#answered(verdict));
      this.#checkDrained();
    });
  }

  #sendWarmup(): void {
    const { warmupTimeoutMs } = this.#options.limits;
    void this.#requests.warmup(this.#target(), warmupTimeoutMs).then((verdict) => this.#answered(verdict));
  }

  #answered({ isSuccess, reason }: Verdict): void {
    const dispatch = () => this.#dispatch({ type: 'answered', isSuccess, reason });
    if (isSuccess) this.#health.whenFit(dispatch);
    else dispatch();
  }

  #target() {
    return { ...this.#address, signal: this.#launch.signal };
  }

  /**
   * Programs that run in a start or background request are requests in flight (S3). Of a second generation instance
   * they are not waited for: there SIGTERM, not /_ah/stop, is what tells the program to end.
   */
  #checkDrained(): void {
    if (this.#phase.tag !== 'draining' || this.#traffic.inFlight > 0) return;
    if (this.#requests.openPrograms > 0 && runtimeGeneration(this.#options.deployment.spec.runtime) === 1) return;
    this.#dispatch({ type: 'requests-done' });
  }

  #onUsage(usage: ResourceUsage): void {
    this.inside.addUsage(usage);
    this.#options.onUsage(this);
    const reason = this.#launch.memoryProblem(usage.memoryBytes);
    if (reason === undefined || !isUsable(this.#phase)) return;
    this.stop({ reason, isFailure: true, problem: 'out-of-memory' });
  }

  #onExit(exit: ProcessExit, port: number): void {
    this.#options.resources.remove(this);
    const isSpawning = this.#phase.tag === 'spawning' && !this.#health.hasBegun;
    const exited = { type: 'exited', ...this.#launch.exitCause(exit, isSpawning ? port : undefined) } as const;
    // One that served must not be given another request.
    if (this.#phase.tag === 'ready') {
      this.#dispatch(exited);
      return;
    }
    // Its last words say why it never served.
    void this.#launch.outputEnd.then(() => {
      const isPortTaken = isSpawning && this.#output.saysPortTaken;
      this.#dispatch(isPortTaken && this.#attempts < PORT_ATTEMPTS ? { type: 'port-taken' } : exited);
    });
  }

  #shortenGrace(graceMs: number): void {
    this.#graceMs = graceMs;
    if (this.#phase.tag === 'draining') this.#timers.after(graceMs, () => this.#dispatch({ type: 'grace-over' }));
  }

  #cleanUp(): void {
    this.#timers.clear();
    this.#launch.end();
    this.#launch.removeFiles();
    this.#traffic.cut('the instance ended');
    if (this.#phase.tag === 'ended') {
      const { reason, isFailure } = this.#phase.cause;
      this.#output.note(isFailure ? 'error' : 'info', `instance ${this.id} ended: ${reason}`);
    }
  }
}
