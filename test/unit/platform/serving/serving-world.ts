/** A served deployment of fake instances under a clock that the test moves. */
import type { Scaling } from '../../../../src/model/scaling.ts';
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import type { DesiredDeployment } from '../../../../src/platform/deployment.ts';
import { type InstanceMeter, meteredInstances } from '../../../../src/platform/serving/instance-meter.ts';
import { defaultLimits, type EngineLimits } from '../../../../src/platform/serving/limits.ts';
import type { InstanceFactory } from '../../../../src/platform/serving/managed-instance.ts';
import { ServedDeployment } from '../../../../src/platform/serving/served-deployment.ts';
import type { Claim, ClaimOptions, Refused } from '../../../../src/platform/serving/version-pool.ts';
import { createFakeClock, type FakeClock } from '../../../fake-clock.ts';
import { plainSpec } from '../../../sample-spec.ts';
import { type Behaviour, FakeInstance } from './fake-instance.ts';

export function specOf(scaling: Scaling, more: Partial<VersionSpec> = {}): VersionSpec {
  return {
    ...plainSpec,
    runtime: 'nodejs20',
    scaling,
    instanceClass: scaling.type === 'automatic' ? 'F1' : 'B2',
    ...more,
  };
}

export function desiredOf(spec: VersionSpec, more: Partial<DesiredDeployment> = {}): DesiredDeployment {
  return {
    servingStatus: 'serving',
    receivesTraffic: true,
    deployment: {
      application: 'simple-sample',
      module: 'default',
      version: 'uno',
      deploymentId: '1',
      spec,
      directory: '/srv/app',
      defaultHostname: 'simple-sample.localhost:8080',
    },
    ...more,
  };
}

export interface WorldOptions {
  readonly spec: VersionSpec;
  readonly desired?: Partial<DesiredDeployment>;
  readonly limits?: Partial<EngineLimits>;
  /** Of the n-th instance created, from 0. */
  readonly behaviour?: (index: number) => Partial<Behaviour>;
  readonly build?: () => Promise<void>;
  readonly clock?: FakeClock;
  readonly meter?: InstanceMeter;
}

export interface World {
  readonly clock: FakeClock;
  readonly served: ServedDeployment;
  /** Every instance ever created, in order. */
  readonly created: FakeInstance[];
  readonly log: string[];
  readonly changes: () => number;
  /** Living ones by phase: `ready ready spawning`. */
  phases(): string;
  ready(): readonly FakeInstance[];
  claim(options?: ClaimOptions): Tracked;
  /** A request that takes this long once it has an instance. */
  request(ms: number, options?: ClaimOptions): Tracked;
}

export interface Tracked {
  result: Claim | Refused | undefined;
  /** `instance 0`, `refused stopped`, `waiting` */
  readonly outcome: string;
  /** Resolves when it was released or refused. */
  readonly done: Promise<void>;
  release(): void;
}

export function createWorld(options: WorldOptions): World {
  const clock = options.clock ?? createFakeClock();
  const created: FakeInstance[] = [];
  const log: string[] = [];
  let changes = 0;
  const desired = desiredOf(options.spec, options.desired);
  const create: InstanceFactory = (request) => {
    const behaviour = { spawnMs: 100, startMs: 0, exitMs: 10, ...options.behaviour?.(created.length) };
    const instance = new FakeInstance(request, { clock, spec: options.spec, behaviour });
    created.push(instance);
    return instance;
  };
  const served = new ServedDeployment(
    {
      clock,
      limits: { ...defaultLimits, ...options.limits },
      desired,
      createInstance: options.meter ? meteredInstances(create, desired.deployment, options.meter) : create,
      build: options.build ?? (async () => undefined),
      log: (level, message) => void log.push(`${level}: ${message}`),
      onChange: () => {
        changes += 1;
      },
    },
    'live',
  );
  const claim = (claimOptions: ClaimOptions = {}) => track(served.pool.claim(claimOptions));
  return {
    clock,
    served,
    created,
    log,
    changes: () => changes,
    phases: () => served.instances.map(({ phase }) => phase.tag).join(' '),
    ready: () => created.filter(({ phase }) => phase.tag === 'ready'),
    claim,
    request(ms, claimOptions = {}) {
      const tracked = track(served.pool.claim(claimOptions), () => clock.after(ms, () => tracked.release()));
      return tracked;
    },
  };
}

function track(claimed: Claim | Refused | Promise<Claim | Refused>, onClaim?: () => void): Tracked {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const tracked = {
    done,
    result: undefined as Claim | Refused | undefined,
    get outcome() {
      const { result } = tracked;
      if (result === undefined) return 'waiting';
      return result.kind === 'claim' ? `instance ${result.instance}` : `refused ${result.refusal}`;
    },
    release() {
      if (tracked.result?.kind === 'claim') tracked.result.release({ status: 200, latencyMs: 100 });
      finish();
    },
  };
  const settle = (result: Claim | Refused) => {
    tracked.result = result;
    // Deferred, so that the caller has its tracker before a request of no length ends.
    if (result.kind === 'claim') queueMicrotask(() => onClaim?.());
    else finish();
  };
  if (claimed instanceof Promise) void claimed.then(settle);
  else settle(claimed);
  return tracked;
}
