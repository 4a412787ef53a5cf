/** What instances of all deployments share on this machine: ports, guard, marks, builds, memory watch. */

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import type { LogLevel } from '../../model/log.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import type { Clock } from '../../support/clock.ts';
import { type ApiTickets, usesApis } from '../apis/api-tickets.ts';
import type { Deployment } from '../deployment.ts';
import type { EgressBoundary } from '../egress/egress-boundary.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { BuildResult, LaunchCommand, Runtime } from '../runtimes/runtime.ts';
import { BuildCache, type BuildCall } from './build-cache.ts';
import { Instance } from './instance.ts';
import type { Isolation } from './isolation/isolation.ts';
import { createLaunchMarks, type LaunchMark, type LaunchMarks } from './launch-marks.ts';
import { createGroupLauncher, type Launcher } from './launcher.ts';
import type { EngineLimits } from './limits.ts';
import type { InstanceFactory, InstanceRequest } from './managed-instance.ts';
import { type MemoryLimit, memoryLimit } from './memory-limit.ts';
import { createOrphanGuard, type OrphanGuard } from './orphan-guard.ts';
import { createPortAllocator, type PortAllocator } from './port-allocator.ts';
import { createRunCommand } from './process.ts';
import { createResourceWatch, type ResourceWatch } from './resource-watch.ts';

export interface InstanceHostOptions {
  readonly clock: Clock;
  readonly logs: LogSink;
  readonly runtimeFor: (spec: VersionSpec) => Runtime;
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  readonly nonce: string;
  /** Values that win over the variables of the yaml file. @throws AppcfgError `secret.unreadable` */
  readonly secretsFor?: (deployment: Deployment) => Readonly<Record<string, string>>;
  readonly environmentFor?: (deployment: Deployment, instance: string) => Readonly<Record<string, string>>;
  readonly tickets?: ApiTickets;
  /** Default: level `none`. */
  readonly isolation?: Isolation;
  /** Default: no rules for sockets. */
  readonly egress?: EgressBoundary;
}

export class InstanceHost {
  readonly #options: InstanceHostOptions;
  readonly #limits: EngineLimits;
  readonly #guard: OrphanGuard;
  readonly #marks: LaunchMarks;
  readonly #launcher: Launcher;
  readonly #ports: PortAllocator;
  readonly #resources: ResourceWatch;
  readonly #builds: BuildCache;
  readonly #scratch: string;
  readonly #closing = new AbortController();
  /** Nothing of a former run is left, so that ports and files are free. */
  readonly #isClean: Promise<void>;

  constructor(options: InstanceHostOptions, limits: EngineLimits) {
    const { clock, nonce, runtimeFor, cacheDirectory } = options;
    this.#options = options;
    this.#limits = limits;
    this.#guard = createOrphanGuard(nonce, clock);
    this.#marks = createLaunchMarks(nonce, clock);
    this.#launcher = options.isolation?.createLauncher(clock, this.#guard) ?? createGroupLauncher(clock, this.#guard);
    for (const directory of options.isolation?.cgroups ?? []) this.#guard.addCgroup(directory);
    this.#ports = createPortAllocator();
    this.#resources = createResourceWatch(clock, limits.sampleIntervalMs);
    const run = createRunCommand(clock, this.#guard, () => this.#marks.begin());
    this.#builds = new BuildCache({ runtimeFor, cacheDirectory, run: options.isolation?.confineBuilds(run) ?? run });
    this.#scratch = join(options.stateDirectory, 'instances');
    this.#isClean = this.#cleanFormerRun();
  }

  disposeBuild(deployment: Deployment): Promise<void> {
    return this.#builds.dispose(deployment);
  }

  /** @throws whatever the runtime throws, or the signal's reason */
  async build(deployment: Deployment, call: BuildCall): Promise<BuildResult> {
    await this.#isClean;
    const closing = this.#closing.signal;
    const signal = call.signal ? AbortSignal.any([call.signal, closing]) : closing;
    signal.throwIfAborted();
    return this.#builds.build(deployment, { ...call, signal });
  }

  isInstancePort(port: number): boolean {
    return this.#ports.isReserved(port);
  }

  stopBuilds(): void {
    this.#closing.abort(failure('platform.closing', {}));
  }

  /** Instances can only be made of a deployment that was built. */
  factory(deployment: Deployment): InstanceFactory {
    const memory = memoryLimit(deployment.spec);
    return (request) => this.#instance(deployment, memory, request);
  }

  log(deployment: Deployment, level: LogLevel, message: string, instance?: string): void {
    const { application, module, version } = deployment;
    const where = instance === undefined ? {} : { instance };
    const timeMs = this.#options.clock.now();
    this.#options.logs.append({
      kind: 'app',
      stream: 'platform',
      timeMs,
      application,
      module,
      version,
      ...where,
      level,
      message,
    });
  }

  /** Call when no instance is left: ends what escaped its group, and the guard. */
  async close(): Promise<void> {
    await this.#isClean;
    this.#resources.close();
    this.#marks.close();
    await this.#marks.killAll();
    await this.#guard.close();
    await rm(this.#scratch, { recursive: true, force: true });
  }

  #instance(deployment: Deployment, memory: MemoryLimit, request: InstanceRequest): Instance {
    const { clock, logs } = this.#options;
    // Instances of one slot follow one another, and the former one's directory is removed in the background.
    const launchName = `${deployment.deploymentId}-${request.id}-${randomBytes(4).toString('hex')}`;
    const temporaryDirectory = join(this.#scratch, launchName);
    let mark: LaunchMark | undefined;
    return new Instance({
      ...request,
      clock,
      logs,
      limits: this.#limits,
      deployment,
      tickets: usesApis(deployment.spec) ? this.#options.tickets : undefined,
      memory,
      egress: this.#options.egress,
      launcher: this.#launcher,
      ports: this.#ports,
      resources: this.#resources,
      temporaryDirectory,
      command: (port) => {
        mark ??= this.#marks.begin();
        const launch = this.#command(deployment, {
          instance: request.id,
          port,
          memoryMiB: memory.mebibytes,
          temporaryDirectory: this.#launcher.temporaryPath(temporaryDirectory),
        });
        return { ...launch, environment: { ...launch.environment, ...mark.environment } };
      },
      onPhase: (instance) => {
        if (instance.phase.tag === 'ended') mark?.end();
        request.onPhase(instance);
      },
    });
  }

  #command(
    deployment: Deployment,
    where: {
      readonly instance: string;
      readonly port: number;
      readonly memoryMiB: number;
      readonly temporaryDirectory: string;
    },
  ): LaunchCommand {
    const build = this.#builds.result(deployment.deploymentId);
    if (!build) throw new Error('the deployment was not built');
    const { runtimeFor, environmentFor } = this.#options;
    const launch = runtimeFor(deployment.spec).launch({ deployment: this.#withSecrets(deployment), build, ...where });
    return { ...launch, environment: { ...launch.environment, ...environmentFor?.(deployment, where.instance) } };
  }

  #withSecrets(deployment: Deployment): Deployment {
    const secrets = this.#options.secretsFor?.(deployment) ?? {};
    const { spec } = deployment;
    const environmentVariables = { ...spec.environmentVariables, ...secrets };
    return { ...deployment, spec: { ...spec, environmentVariables } };
  }

  async #cleanFormerRun(): Promise<void> {
    await this.#marks.killAll();
    await rm(this.#scratch, { recursive: true, force: true });
  }
}
