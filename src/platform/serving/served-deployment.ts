/** One deployment while it is served: its instances, its pool, and its scaler's decisions carried out. */
import { randomBytes } from 'node:crypto';
import { messageOf } from '../../errors.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import type { LogLevel } from '../../model/log.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment, DesiredDeployment } from '../deployment.ts';
import { type AdmissionState, refusalOf, slotsOf } from './admission.ts';
import { ChangeWatch } from './change-watch.ts';
import { type EndCause, isUsable } from './instance-machine.ts';
import { failedSummary } from './instance-summary.ts';
import type { EngineLimits } from './limits.ts';
import type { InstanceFactory, ManagedInstance, StopRequest } from './managed-instance.ts';
import type { PlacementRules } from './placement.ts';
import { Pool, type PoolHost } from './pool.ts';
import type { ScalingSnapshot, StartOrder } from './scaling/decision.ts';
import { decide, type ScalingSettings, scalingSettings } from './scaling/settings.ts';
import { ScalingLoop } from './scaling-loop.ts';
import { placementRules, snapshotOf } from './scaling-view.ts';
import { type FailureTotal, StartHistory } from './start-history.ts';

export interface ServedOptions {
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly desired: DesiredDeployment;
  readonly createInstance: InstanceFactory;
  /** Resolves when instances can be created; called before each start until it did. */
  readonly build: () => Promise<void>;
  readonly log: (level: LogLevel, message: string, instance?: string) => void;
  /** An instance became ready or is gone. */
  readonly onChange: () => void;
}

/** Weight of the newest request in the moving average of latencies. */
const LATENCY_WEIGHT = 0.1;

/**
 * `trial`: started by hand, nothing is restarted. `live`: the scaler decides. `draining`: no new requests, then the
 * end. `closed`: ends as fast as it is told.
 */
type Mode = 'trial' | 'live' | 'draining' | 'closed';

export class ServedDeployment implements AdmissionState {
  readonly deployment: Deployment;
  readonly pool: Pool;
  readonly #options: ServedOptions;
  readonly #history: StartHistory;
  readonly #watch: ChangeWatch;
  readonly #loop: ScalingLoop;
  #instances: readonly ManagedInstance[] = [];
  #desired: DesiredDeployment;
  #settings: ScalingSettings;
  #rules: PlacementRules;
  #mode: Mode;
  #onOutput: (line: string) => void = () => undefined;
  #build: 'missing' | 'running' | 'done' = 'missing';
  #averageLatencyMs: number | undefined;

  constructor(options: ServedOptions, mode: 'trial' | 'live') {
    this.#options = options;
    this.deployment = options.desired.deployment;
    this.#desired = options.desired;
    this.#mode = mode;
    this.#watch = new ChangeWatch(options.clock);
    this.#loop = new ScalingLoop(options.clock, () => this.#evaluate());
    this.#settings = scalingSettings(options.desired, options.limits);
    this.#rules = placementRules(this.#settings);
    this.#history = new StartHistory(this.#settings.type, options.limits);
    const served = this;
    const host: PoolHost = {
      get instances() {
        return served.#instances;
      },
      get rules() {
        return served.#rules;
      },
      refusal: (claim) => refusalOf(claim, served),
      onQueueChange: () => this.#loop.soon(),
      onLoad: () => this.#loop.shortly(),
    };
    this.pool = new Pool(host, options.clock, options.limits);
    if (mode === 'live') this.#loop.soon();
  }

  get instances(): readonly ManagedInstance[] {
    return this.#instances;
  }
  get desired(): DesiredDeployment {
    return this.#desired;
  }
  get settings(): ScalingSettings {
    return this.#settings;
  }
  get isStopped(): boolean {
    return this.#desired.servingStatus === 'stopped';
  }
  get isOverQuota(): boolean {
    return this.#desired.isOverQuota === true;
  }
  get isDraining(): boolean {
    return this.#mode === 'draining' || this.#mode === 'closed';
  }
  get pendingLimitMs(): number {
    return this.#options.limits.pendingLimitMs;
  }
  get failures(): FailureTotal {
    return this.#history.total;
  }

  /** Until the first of the failed slots may start again. */
  backOff(): { readonly waitMs: number; readonly reason: string } {
    // In a trial nothing is restarted, and nothing has failed before.
    if (this.#mode === 'trial') return { waitMs: 0, reason: '' };
    const soonestMs = this.#history.soonestMs(slotsOf(this.#settings));
    return { waitMs: soonestMs - this.#options.clock.monotonicMs(), reason: this.failures.lastReason ?? '' };
  }

  setDesired(desired: DesiredDeployment): void {
    // Whoever starts a version by hand does not wait for the back-off of its former life.
    if (this.isStopped && desired.servingStatus === 'serving') this.#history.clear();
    this.#desired = desired;
    this.#settings = scalingSettings(desired, this.#options.limits);
    this.#rules = placementRules(this.#settings);
    if (this.#mode !== 'closed') this.#mode = 'live';
    this.#loop.soon();
  }

  /** Starts instances outside the scaler's rule, for a trial. */
  startTrial(orders: readonly StartOrder[], onOutput: (line: string) => void): void {
    this.#build = 'done';
    this.#onOutput = onOutput;
    for (const order of orders) this.#start(order);
  }

  endTrial(): void {
    this.#onOutput = () => undefined;
    if (this.#mode === 'trial') this.#mode = 'live';
    this.#loop.soon();
  }

  /** No new requests; what waits or runs is finished, then the instances are shut down. */
  drain(): void {
    if (this.#mode === 'closed') return;
    this.#mode = 'draining';
    this.#loop.soon();
  }

  /** Shuts everything down now; resolves when no instance is left. */
  async close(request: StopRequest): Promise<void> {
    this.#mode = 'closed';
    this.pool.refuseWaiting('shutting-down', request.reason);
    for (const instance of this.#instances) instance.stop(request);
    await this.until(() => this.#instances.length === 0);
  }

  stopInstance(id: string, reason: string): boolean {
    const instance = this.#instances.find((candidate) => candidate.id === id);
    instance?.stop({ reason, isFailure: false });
    return instance !== undefined;
  }

  summaries(): readonly InstanceSummary[] {
    const running = this.#instances.map((instance) => instance.summary(this.#history.restarts(instance.id)));
    return [...running, ...this.#failedSlots()];
  }

  /** Resolves when `check` answers true; asked after every change of an instance. It may throw. */
  until(check: () => boolean, signal?: AbortSignal): Promise<void> {
    return this.#watch.until(check, signal);
  }

  #evaluate(): number | undefined {
    if (this.#mode === 'trial' || this.#mode === 'closed') return undefined;
    if (this.isStopped) this.#stopAll('stopped', 'the version was stopped');
    else if (this.#mode === 'draining') this.#finishDraining();
    else if (this.isOverQuota) this.#stopAll('over-quota', 'the free instance hours of the day are used up');
    else return this.#scale();
    return undefined;
  }

  #scale(): number | undefined {
    const now = this.#options.clock.monotonicMs();
    const decision = decide(this.#settings, this.#snapshot(), now);
    for (const { id, reason } of decision.stop) this.stopInstance(id, reason);
    for (const id of decision.demand) this.#instances.find((instance) => instance.id === id)?.demand();
    if (decision.start.length > 0) this.#startAll(decision.start);
    return decision.recheckAtMs === undefined ? undefined : decision.recheckAtMs - now;
  }

  /** What was let in before still gets its instance, if there is one; S3's 30 seconds begin after that. */
  #finishDraining(): void {
    const isServing = this.#instances.some(({ phase }) => phase.tag === 'ready');
    if (this.pool.waitingCount > 0 && isServing) return;
    this.#stopAll('shutting-down', 'replaced by another deployment');
  }

  #stopAll(refusal: 'stopped' | 'shutting-down' | 'over-quota', reason: string): void {
    this.pool.refuseWaiting(refusal, reason);
    for (const instance of this.#instances) instance.stop({ reason, isFailure: false });
  }

  #startAll(orders: readonly StartOrder[]): void {
    if (this.#build === 'done') for (const order of orders) this.#start(order);
    if (this.#build !== 'missing') return;
    this.#build = 'running';
    this.#options.build().then(
      () => {
        this.#build = 'done';
        this.#loop.soon();
      },
      (error: unknown) => {
        this.#build = 'missing';
        const reason = messageOf(error);
        this.#options.log('error', `the build failed: ${reason}`);
        this.#history.buildFailed(reason, this.#options.clock.monotonicMs(), slotsOf(this.#settings));
        this.pool.refuseWaiting('start-failed', reason);
        this.#loop.soon();
      },
    );
  }

  #start(order: StartOrder): void {
    const id = order.id ?? randomBytes(20).toString('hex');
    const instance = this.#options.createInstance({
      id,
      isAheadOfDemand: order.isAheadOfDemand,
      onPhase: (changed) => this.#onPhase(changed),
      onRelease: (released, { latencyMs }) => this.#onRelease(released, latencyMs),
      onLasting: () => this.pool.serveWaiting(),
      onUsage: ({ cpuUtilization = 0 }) => {
        const settings = this.#settings;
        if (settings.type === 'automatic' && cpuUtilization > settings.targetCpuUtilization) this.#loop.shortly();
      },
      onOutput: (line) => this.#onOutput(line),
    });
    this.#history.started(id);
    this.#instances = [...this.#instances, instance];
    instance.launch();
  }

  #onPhase(instance: ManagedInstance): void {
    const { phase } = instance;
    if (phase.tag === 'ended') this.#onEnd(instance, phase.cause);
    if (phase.tag === 'ready') this.pool.serveWaiting();
    this.#watch.changed();
    if (phase.tag === 'ready' || phase.tag === 'ended') this.#options.onChange();
    this.#loop.soon();
  }

  #onEnd(instance: ManagedInstance, cause: EndCause): void {
    this.#instances = this.#instances.filter((candidate) => candidate !== instance);
    if (!cause.isFailure) return;
    const { clock, log } = this.#options;
    const nowMs = clock.monotonicMs();
    const upMs = instance.upSinceMs === undefined ? 0 : nowMs - instance.upSinceMs;
    const delayMs = this.#history.failed(instance.id, {
      upMs,
      nowMs,
      ...cause,
      output: instance.lastOutput,
    });
    const next = delayMs === 0 ? '' : `; the next start is in ${delayMs / 1000} s at the earliest`;
    if (this.#mode === 'live') log('warning', `failure ${this.failures.count}${next}`, instance.id);
    if (instance.hasBeenReady) return;
    this.pool.refuseWaiting('start-failed', cause.reason, (claim) => claim.instance === instance.id);
    if (this.#instances.some(({ phase }) => isUsable(phase))) return;
    this.pool.refuseWaiting('start-failed', cause.reason);
  }

  #onRelease(instance: ManagedInstance, latencyMs: number): void {
    const weight = this.#averageLatencyMs === undefined ? 1 : LATENCY_WEIGHT;
    this.#averageLatencyMs = (this.#averageLatencyMs ?? 0) * (1 - weight) + latencyMs * weight;
    if (this.pool.waitingCount > 0) this.pool.serveWaiting();
    // An idle time begins. A recheck that is due anyway will see it: most releases cost no evaluation.
    const isIdle = instance.inFlight === 0 && this.#settings.type !== 'manual';
    if (isIdle && !this.#loop.hasRecheck) this.#loop.soon();
  }

  /** Manual slots that wait for their next start. */
  #failedSlots(): readonly InstanceSummary[] {
    if (this.#settings.type !== 'manual' || this.isStopped || this.isOverQuota || this.isDraining) return [];
    const present = new Set(this.#instances.map(({ id }) => id));
    return slotsOf(this.#settings).flatMap((id) => {
      const failure = present.has(id) ? undefined : this.#history.lastFailure(id);
      if (!failure) return [];
      return [failedSummary(this.deployment, { id, reason: failure.reason, restarts: this.#history.restarts(id) })];
    });
  }

  #snapshot(): ScalingSnapshot {
    return {
      instances: this.#instances.map(snapshotOf),
      waiting: this.pool.waiting(),
      ...(this.#averageLatencyMs === undefined ? {} : { averageLatencyMs: this.#averageLatencyMs }),
      slotNotBeforeMs: this.#history.slotNotBeforeMs,
      notBeforeMs: this.#history.notBeforeMs,
    };
  }
}
