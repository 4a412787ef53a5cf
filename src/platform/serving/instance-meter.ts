/** The port to whoever counts how long instances run; only the instances know when they begin, work and end. */
import type { Deployment } from '../deployment.ts';
import type { InstancePhase } from './instance-machine.ts';
import type { InstanceFactory, ManagedInstance } from './managed-instance.ts';

export interface InstanceMeter {
  /** An instance was started. */
  begin(deployment: Deployment, instance: string): RunMeter;
}

export interface RunMeter {
  /** It has work, after it had none: called for every request that finds it idle. */
  busy(): void;
  /** Its last piece of work is done. */
  idle(): void;
  /** `wasUp`: it accepted connections at some time. */
  ended(wasUp: boolean): void;
}

/** The factory's instances, counted. */
export function meteredInstances(
  factory: InstanceFactory,
  deployment: Deployment,
  meter: InstanceMeter,
): InstanceFactory {
  return (request) => {
    const run = new Run(deployment, request.isAheadOfDemand, meter);
    return factory({
      ...request,
      onPhase: (instance) => {
        run.follow(instance);
        request.onPhase(instance);
      },
      onBusy: () => run.busy(),
      onRelease: (instance, outcome) => {
        if (instance.inFlight === 0) run.idle();
        request.onRelease(instance, outcome);
      },
    });
  };
}

class Run {
  readonly #deployment: Deployment;
  readonly #isAheadOfDemand: boolean;
  readonly #meter: InstanceMeter;
  #run: RunMeter | undefined;
  /** A start or warm-up request is work too. */
  #isStarting = false;

  constructor(deployment: Deployment, isAheadOfDemand: boolean, meter: InstanceMeter) {
    this.#deployment = deployment;
    this.#isAheadOfDemand = isAheadOfDemand;
    this.#meter = meter;
  }

  follow(instance: ManagedInstance): void {
    const { phase } = instance;
    if (!this.#run && this.#counts(phase)) this.#run = this.#meter.begin(this.#deployment, instance.id);
    const isStarting = phase.tag === 'starting';
    if (isStarting && !this.#isStarting) this.#run?.busy();
    if (!isStarting && this.#isStarting && instance.inFlight === 0) this.#run?.idle();
    this.#isStarting = isStarting;
    if (phase.tag === 'ended') this.#run?.ended(instance.upSinceMs !== undefined);
  }

  busy(): void {
    this.#run?.busy();
  }

  idle(): void {
    if (!this.#isStarting) this.#run?.idle();
  }

  /** Basic scaling: one that stands by for the first request is the platform's affair; App Engine starts it then (S3). */
  #counts({ tag }: InstancePhase): boolean {
    const standsBy = this.#isAheadOfDemand && this.#deployment.spec.scaling.type === 'basic';
    if (tag === 'starting' || tag === 'ready') return true;
    return tag === 'spawning' && !standsBy;
  }
}
