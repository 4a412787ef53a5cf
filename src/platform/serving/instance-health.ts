/** Whether a running instance is fit for requests: its readiness and liveness checks, and its port where a connection broke. */
import { hostName } from '../../model/host.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import { HealthProbe, type ProbeListener } from './health-probe.ts';
import { type CheckSettings, livenessSettings, readinessSettings } from './health-settings.ts';
import type { InstanceEvent, InstancePhase } from './instance-machine.ts';
import type { InstanceOutput } from './instance-output.ts';
import { getFromInstance } from './internal-request.ts';
import type { StopRequest } from './managed-instance.ts';
import { PortCheck } from './port-check.ts';
import { TimerSet } from './timer-set.ts';

export interface HealthParts {
  readonly phase: () => InstancePhase;
  readonly dispatch: (event: InstanceEvent) => void;
  readonly stop: (request: StopRequest) => void;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** By this applications know the checks of Google's load balancers. */
const USER_AGENT = 'GoogleHC/1.0';

export class InstanceHealth {
  readonly #clock: Clock;
  readonly #deployment: Deployment;
  readonly #output: InstanceOutput;
  readonly #parts: HealthParts;
  readonly #portCheck: PortCheck;
  readonly #timers: TimerSet;
  readonly #launchedMs: number;
  #address: Address | undefined;
  #probes: readonly HealthProbe[] = [];
  #isFit = true;
  #onFit: () => void = () => undefined;
  #isOver = false;

  constructor(
    { clock, deployment }: { readonly clock: Clock; readonly deployment: Deployment },
    output: InstanceOutput,
    parts: HealthParts,
  ) {
    this.#clock = clock;
    this.#deployment = deployment;
    this.#output = output;
    this.#parts = parts;
    this.#timers = new TimerSet(clock);
    this.#launchedMs = clock.monotonicMs();
    this.#portCheck = new PortCheck(clock, (port) => this.#onPortClosed(port));
  }

  /** Its port was found open. */
  get hasBegun(): boolean {
    return this.#address !== undefined;
  }

  /** Its port is open: `onReady` once it may go on with its start, which is at once without a readiness check. */
  begin(address: Address, onReady: () => void): void {
    if (this.#isOver) return;
    this.#address = address;
    this.#watchLiveness(address);
    this.#watchReadiness(address, onReady);
  }

  /** At once, unless its readiness check has failed since: then when it succeeds again. */
  whenFit(proceed: () => void): void {
    if (this.#isFit) proceed();
    else this.#onFit = proceed;
  }

  /** A connection to it broke. */
  checkPort(): void {
    if (this.#address) this.#portCheck.soon(this.#address.host, this.#address.port);
  }

  /** It takes nothing new any more: no check comes after this. */
  end(): void {
    this.#isOver = true;
    this.#timers.clear();
    for (const probe of this.#probes) probe.stop();
    this.#probes = [];
    this.#onFit = () => undefined;
  }

  #watchReadiness(address: Address, onReady: () => void): void {
    const settings = readinessSettings(this.#deployment.spec);
    if (settings === undefined) {
      onReady();
      return;
    }
    let hasStarted = false;
    const probe = this.#probe(address, settings, {
      onGood: () => {
        if (hasStarted) {
          this.#regained(probe.lastAnswer);
          return;
        }
        hasStarted = true;
        this.#timers.clear();
        onReady();
      },
      onBad: () => {
        if (hasStarted) this.#lost(`${inARow(settings.failureThreshold, 'readiness')}: ${probe.lastAnswer}`);
      },
    });
    const { appStartTimeoutMs } = settings;
    this.#timers.after(this.#fromLaunch(appStartTimeoutMs), () => {
      const reason = `its readiness_check did not succeed within ${appStartTimeoutMs / 1000} s: ${probe.lastAnswer}`;
      this.#parts.dispatch({ type: 'not-listening', reason, problem: 'check-failed' });
    });
    probe.start(0);
  }

  #lost(reason: string): void {
    this.#isFit = false;
    this.#output.note('warning', `takes no requests: ${reason}`);
    this.#parts.dispatch({ type: 'readiness-lost', reason });
  }

  #regained(answer: string): void {
    const proceed = this.#onFit;
    this.#isFit = true;
    this.#onFit = () => undefined;
    this.#output.note('info', `takes requests again: ${answer}`);
    this.#parts.dispatch({ type: 'readiness-regained' });
    proceed();
  }

  #watchLiveness(address: Address): void {
    const settings = livenessSettings(this.#deployment.spec);
    if (settings === undefined) return;
    const probe = this.#probe(address, settings, {
      onGood: () => undefined,
      onBad: () => {
        const reason = `${inARow(settings.failureThreshold, 'liveness')}: ${probe.lastAnswer}`;
        this.#parts.stop({ reason, isFailure: true, problem: 'check-failed' });
      },
    });
    probe.start(this.#fromLaunch(settings.initialDelayMs));
  }

  /** Its requests are nobody's: not counted, not billed, not in the request log. */
  #probe(address: Address, settings: CheckSettings, on: Omit<ProbeListener, 'ask'>): HealthProbe {
    const clock = this.#clock;
    const { defaultHostname, module, version } = this.#deployment;
    const headers = { Host: settings.host ?? hostName(defaultHostname, { module, version }), 'User-Agent': USER_AGENT };
    const probe = new HealthProbe(clock, settings, {
      ...on,
      ask: (request) => getFromInstance({ ...address, ...request, headers, clock }),
    });
    this.#probes = [...this.#probes, probe];
    return probe;
  }

  #fromLaunch(ms: number): number {
    return Math.max(0, this.#launchedMs + ms - this.#clock.monotonicMs());
  }

  #onPortClosed(port: number): void {
    const reason = `no longer accepts connections on $PORT (${port})`;
    const { tag } = this.#parts.phase();
    if (tag === 'ready' || tag === 'unready') this.#parts.stop({ reason, isFailure: true });
  }
}

function inARow(count: number, kind: 'readiness' | 'liveness'): string {
  return count === 1 ? `a ${kind} check failed` : `${count} ${kind} checks in a row failed`;
}
