/** Instances without processes: the real machine and the real counting, with start and stop times that a test chooses. */
import type { InstanceSummary } from '../../../../src/model/instance.ts';
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import { firstStep } from '../../../../src/platform/serving/first-step.ts';
import {
  type InstanceEvent,
  type InstancePhase,
  transition,
} from '../../../../src/platform/serving/instance-machine.ts';
import { InstanceTraffic } from '../../../../src/platform/serving/instance-traffic.ts';
import type {
  InstanceRequest,
  ManagedInstance,
  StopRequest,
} from '../../../../src/platform/serving/managed-instance.ts';
import type { RunningInstance } from '../../../../src/platform/serving/running-instance.ts';
import { UsageHistory } from '../../../../src/platform/serving/usage-history.ts';
import type { Clock } from '../../../../src/support/clock.ts';

export interface Behaviour {
  /** From launch to an open port. */
  readonly spawnMs: number;
  /** Of a start or warm-up request. */
  readonly startMs: number;
  /** From SIGTERM to the exit. */
  readonly exitMs: number;
  /** Exits instead of opening its port, with this reason. */
  readonly crash?: string;
}

export class FakeInstance implements ManagedInstance {
  readonly id: string;
  readonly isAheadOfDemand: boolean;
  readonly lastOutput: readonly string[] = ['last words'];
  phase: InstancePhase;
  cpuUtilization: number | undefined;
  upSinceMs: number | undefined;
  hasBeenReady = false;
  readonly inside: RunningInstance = {
    backgroundRequests: 0,
    startBackground: () => false,
    statistics: () => new UsageHistory().statistics(),
    history: () => [],
  };
  /** The start request was sent when the instance was on standby. */
  isDemanded = false;
  readonly #clock: Clock;
  readonly #spec: VersionSpec;
  readonly #behaviour: Behaviour;
  readonly #request: InstanceRequest;
  readonly #traffic: InstanceTraffic;

  constructor(
    request: InstanceRequest,
    world: { readonly clock: Clock; readonly spec: VersionSpec; readonly behaviour: Behaviour },
  ) {
    this.id = request.id;
    this.isAheadOfDemand = request.isAheadOfDemand;
    this.#request = request;
    this.#clock = world.clock;
    this.#spec = world.spec;
    this.#behaviour = world.behaviour;
    this.phase = { tag: 'new', sinceMs: world.clock.monotonicMs() };
    this.#traffic = new InstanceTraffic(world.clock, this.id, {
      onRelease: (outcome) => {
        if (this.#traffic.inFlight === 0) this.dispatch({ type: 'requests-done' });
        request.onRelease(this, outcome);
      },
      onLasting: () => request.onLasting(),
      onBusy: () => request.onBusy?.(),
    });
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

  launch(): void {
    this.dispatch({ type: 'launch' });
  }
  demand(): void {
    this.isDemanded = true;
    this.dispatch({ type: 'demand' });
  }
  stop({ reason, isFailure, isUrgent = false }: StopRequest): void {
    this.dispatch({ type: 'stop', cause: { reason, isFailure }, runsHook: false, isUrgent });
  }
  claim(pendingMs: number) {
    return this.#traffic.claim(pendingMs);
  }
  summary(restarts: number): InstanceSummary {
    const nothing = { requests: 0, errors: 0, requestsInFlight: this.inFlight, averageLatencyMs: 0 };
    return {
      application: 'a',
      module: 'm',
      version: 'v',
      id: this.id,
      state: 'ready',
      reason: '',
      ...nothing,
      restarts,
    };
  }
  crash(reason: string): void {
    this.dispatch({ type: 'exited', reason });
  }

  reportUsage(): void {
    this.#request.onUsage(this);
  }

  dispatch(event: InstanceEvent): void {
    const before = this.phase;
    const { phase, effects } = transition(before, event, this.#clock.monotonicMs());
    this.phase = phase;
    if (phase.tag === 'ready' && before.tag !== 'ready') {
      this.hasBeenReady = true;
      this.#traffic.open({ host: '127.0.0.1', port: 1, isLoading: before.tag === 'spawning' });
    }
    if (phase !== before) this.#request.onPhase(this);
    const { spawnMs, startMs, exitMs, crash } = this.#behaviour;
    for (const effect of effects) {
      if (effect === 'spawn') this.#clock.after(spawnMs, () => this.#spawned(crash));
      if (effect === 'send-start' || effect === 'send-warmup') {
        this.#clock.after(startMs, () => this.dispatch({ type: 'answered', isSuccess: true, reason: '' }));
      }
      if (effect === 'watch-requests' && this.inFlight === 0) this.dispatch({ type: 'requests-done' });
      if (effect === 'terminate' || effect === 'kill')
        this.#clock.after(exitMs, () => this.dispatch({ type: 'exited', reason: 'ended' }));
      if (effect === 'cut-requests' || effect === 'clean-up') this.#traffic.cut('ended');
    }
  }

  #spawned(crash: string | undefined): void {
    if (crash !== undefined) {
      this.dispatch({ type: 'exited', reason: crash });
      return;
    }
    this.upSinceMs = this.#clock.monotonicMs();
    this.#traffic.open({ host: '127.0.0.1', port: 1, isLoading: false });
    this.dispatch({ type: 'listening', next: firstStep(this.#spec, this.isAheadOfDemand) });
  }
}
