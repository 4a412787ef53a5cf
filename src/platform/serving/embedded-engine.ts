/** The engine that runs instances on this machine, as process groups under this process. */

import { failure } from '../../errors.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import type { Clock } from '../../support/clock.ts';
import type { ApiTickets } from '../apis/api-tickets.ts';
import type { Deployment, DesiredDeployment } from '../deployment.ts';
import type { EgressBoundary } from '../egress/egress-boundary.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { announcer } from './announcer.ts';
import type { Engine, PrepareOptions } from './engine.ts';
import { InstanceHost } from './instance-host.ts';
import { type InstanceMeter, meteredInstances } from './instance-meter.ts';
import type { Isolation } from './isolation/isolation.ts';
import { defaultLimits, type EngineLimits } from './limits.ts';
import type { RunningInstance } from './running-instance.ts';
import { needsProcess } from './scaling/settings.ts';
import { ServedDeployment } from './served-deployment.ts';
import { isSettled } from './settled.ts';
import { runTrial } from './trial.ts';
import type { VersionPool } from './version-pool.ts';

export interface EngineOptions {
  readonly clock: Clock;
  readonly logs: LogSink;
  /** @throws AppcfgError for a runtime that the platform does not know */
  readonly runtimeFor: (spec: VersionSpec) => Runtime;
  /** Below it each instance gets a scratch directory. */
  readonly stateDirectory: string;
  /** For the builds' dependencies. */
  readonly cacheDirectory: string;
  /** Unique to this platform and the same after its restart: by it the processes of a former run are found and ended. */
  readonly nonce: string;
  /** Added to what the runtime wants. */
  /** Values that win over the variables of the yaml file. @throws AppcfgError `secret.unreadable` */
  readonly secretsFor?: (deployment: Deployment) => Readonly<Record<string, string>>;
  readonly environmentFor?: (deployment: Deployment, instance: string) => Readonly<Record<string, string>>;
  /** For the platform's own requests to instances. */
  readonly tickets?: ApiTickets;
  /** An instance became ready or is gone. */
  readonly onChange?: () => void;
  readonly limits?: Partial<EngineLimits>;
  /** Default: level `none`. */
  readonly isolation?: Isolation;
  /** Default: no rules for sockets. */
  readonly egress?: EgressBoundary;
  /** Counts instance hours. */
  readonly meter?: InstanceMeter;
}

export function createEngine(options: EngineOptions): Engine {
  return new EmbeddedEngine(options);
}

/** Nobody uses an abandoned deployment: its shutdown hook has this long. */
const ABANDON_GRACE_MS = 5_000;

class EmbeddedEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #limits: EngineLimits;
  readonly #host: InstanceHost;
  /** Prepared and desired ones, by deployment id. */
  readonly #served = new Map<string, ServedDeployment>();
  /** Prepared and not yet desired: they survive a `setDesired` that does not name them. */
  readonly #prepared = new Set<string>();
  /** On their way out. A deployment may be prepared again while its former instances still drain. */
  readonly #leaving = new Set<ServedDeployment>();
  readonly #preparing = new Map<string, Promise<void>>();
  #isClosed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#host = new InstanceHost(options, this.#limits);
  }

  async prepare(desired: DesiredDeployment, options: PrepareOptions): Promise<void> {
    const { deploymentId } = desired.deployment;
    this.#refuseWhenClosed();
    const running = this.#preparing.get(deploymentId);
    if (running) return running;
    const known = this.#served.get(deploymentId);
    // A stopped version that is to serve again proves itself like a new one.
    if (known && (!known.isStopped || desired.servingStatus === 'stopped')) return;
    if (known) this.#leave(known);
    const preparing = this.#prepare(desired, options).finally(() => this.#preparing.delete(deploymentId));
    this.#preparing.set(deploymentId, preparing);
    return preparing;
  }

  async abandon(deploymentId: string): Promise<void> {
    const served = this.#served.get(deploymentId);
    if (!served || !this.#prepared.has(deploymentId)) return;
    await this.#drop(served, {
      reason: 'the deploy was abandoned',
      graceMs: Math.min(ABANDON_GRACE_MS, this.#limits.graceMs),
    });
  }

  setDesired(desired: readonly DesiredDeployment[]): void {
    if (this.#isClosed) return;
    const wanted = new Set<string>();
    for (const one of desired) {
      const { deploymentId } = one.deployment;
      wanted.add(deploymentId);
      this.#prepared.delete(deploymentId);
      const served = this.#served.get(deploymentId);
      if (served) served.setDesired(one);
      else this.#create(one, 'live');
    }
    for (const [deploymentId, served] of this.#served) {
      if (!wanted.has(deploymentId) && !this.#prepared.has(deploymentId)) this.#leave(served);
    }
  }

  pool(deploymentId: string): VersionPool | undefined {
    return this.#served.get(deploymentId)?.pool;
  }

  instances(application?: string): readonly InstanceSummary[] {
    return [...this.#served.values(), ...this.#leaving]
      .filter(({ deployment }) => application === undefined || deployment.application === application)
      .flatMap((served) => served.summaries());
  }

  inside(deploymentId: string, instanceId: string): RunningInstance | undefined {
    const served = [...this.#served.values(), ...this.#leaving];
    return served
      .filter(({ deployment }) => deployment.deploymentId === deploymentId)
      .flatMap(({ instances }) => instances)
      .find(({ id }) => id === instanceId)?.inside;
  }

  isInstancePort(port: number): boolean {
    return this.#host.isInstancePort(port);
  }

  async stopInstance(deploymentId: string, instanceId: string): Promise<void> {
    const served = this.#served.get(deploymentId);
    const instance = served?.instances.find(({ id }) => id === instanceId);
    if (!served || !instance) {
      const { module = 'unknown', version = deploymentId } = served?.deployment ?? {};
      throw failure('instance.not-found', { module, version, instance: instanceId });
    }
    served.stopInstance(instanceId, 'stopped by request');
    await served.until(() => !served.instances.includes(instance));
  }

  async settled(deploymentId: string, signal: AbortSignal): Promise<void> {
    const served = this.#served.get(deploymentId);
    if (!served) return;
    const check = isSettled(served, {
      nowMs: () => this.#options.clock.monotonicMs(),
      startAcceptedMs: this.#limits.startAcceptedMs,
    });
    await served.until(check, signal);
  }

  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#isClosed = true;
    const graceMs = options.graceMs ?? this.#limits.graceMs;
    const request = { reason: 'the platform ends', isFailure: false, graceMs, isUrgent: graceMs === 0 };
    this.#host.stopBuilds();
    await Promise.all([...this.#served.values(), ...this.#leaving].map((served) => served.close(request)));
    this.#served.clear();
    this.#leaving.clear();
    await this.#host.close();
  }

  async #prepare(desired: DesiredDeployment, { signal, onEvent }: PrepareOptions): Promise<void> {
    const { deployment } = desired;
    const announce = announcer(deployment, this.#options.clock, onEvent);
    const served = this.#create(desired, 'trial');
    this.#prepared.add(deployment.deploymentId);
    try {
      if (needsProcess(deployment.spec)) {
        announce.phase('building');
        const build = await this.#host.build(deployment, { onOutput: announce.output, signal });
        this.#refuseWhenClosed();
        for (const message of build.warnings) announce.warning(message);
        announce.phase('building', build.detail ?? 'done');
      }
      const wanted = await runTrial(served, {
        signal,
        onOutput: announce.output,
        nowMs: () => this.#options.clock.monotonicMs(),
        startAcceptedMs: this.#limits.startAcceptedMs,
        onProgress: (healthy, of) => announce.phase('starting', `${healthy} of ${of} instances`),
      });
      announce.phase('healthy', wanted === 0 ? 'nothing to start' : `${wanted} of ${wanted} instances`);
    } catch (error) {
      await this.#drop(served, { reason: 'the deploy did not succeed', isUrgent: true });
      throw error;
    }
    served.endTrial();
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw failure('platform.closing', {});
  }

  #create(desired: DesiredDeployment, mode: 'trial' | 'live'): ServedDeployment {
    const { deployment } = desired;
    const { meter } = this.#options;
    const factory = this.#host.factory(deployment);
    const served = new ServedDeployment(
      {
        clock: this.#options.clock,
        limits: this.#limits,
        desired,
        createInstance: meter ? meteredInstances(factory, deployment, meter) : factory,
        build: async () => {
          await this.#host.build(deployment, { onOutput: (line) => this.#host.log(deployment, 'info', line) });
        },
        log: (level, message, instance) => this.#host.log(deployment, level, message, instance),
        onChange: () => this.#options.onChange?.(),
      },
      mode,
    );
    this.#served.set(deployment.deploymentId, served);
    return served;
  }

  /** Lets it finish what it has begun, in the background. */
  #leave(served: ServedDeployment): void {
    this.#forget(served);
    this.#leaving.add(served);
    served.drain();
    void served
      .until(() => served.instances.length === 0 && served.pool.waitingCount === 0)
      .then(() => this.#left(served));
  }

  async #drop(
    served: ServedDeployment,
    how: { readonly reason: string; readonly isUrgent?: boolean; readonly graceMs?: number },
  ): Promise<void> {
    this.#forget(served);
    this.#leaving.add(served);
    await served.close({ isFailure: false, ...how });
    this.#left(served);
  }

  #left(served: ServedDeployment): void {
    this.#leaving.delete(served);
    const { deployment } = served;
    // Prepared again meanwhile, or only stopping until the next start: then its build is still needed.
    if (this.#isClosed || this.#served.has(deployment.deploymentId)) return;
    void this.#host.disposeBuild(deployment);
  }

  #forget(served: ServedDeployment): void {
    const { deploymentId } = served.deployment;
    this.#prepared.delete(deploymentId);
    this.#served.delete(deploymentId);
  }
}
