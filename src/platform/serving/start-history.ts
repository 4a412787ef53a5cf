/** What a deployment remembers of its starts and failures: per slot for manual scaling, else for all instances together. */
import type { ScalingType } from '../../model/scaling.ts';
import type { StartProblem } from '../../model/start-problem.ts';
import {
  afterFailure,
  type FailureHistory,
  notBeforeMs,
  type RestartLimits,
  restartDelayMs,
} from './scaling/restart-policy.ts';

export interface InstanceFailure {
  /** How long its port was open. */
  readonly upMs: number;
  /** Monotonic. */
  readonly nowMs: number;
  readonly reason: string;
  readonly problem?: StartProblem | undefined;
  /** The last lines it printed. */
  readonly output: readonly string[];
}

/** All failures so far and the last one. */
export interface FailureTotal {
  readonly count: number;
  readonly lastReason: string | undefined;
  readonly lastProblem?: StartProblem | undefined;
  readonly lastOutput: readonly string[];
}

const ALL = 'all';

export class StartHistory {
  readonly #type: ScalingType;
  readonly #limits: RestartLimits;
  readonly #failures = new Map<string, FailureHistory>();
  readonly #starts = new Map<string, number>();
  #total: FailureTotal = { count: 0, lastReason: undefined, lastOutput: [] };

  constructor(type: ScalingType, limits: RestartLimits) {
    this.#type = type;
    this.#limits = limits;
  }

  get total(): FailureTotal {
    return this.#total;
  }

  get slotNotBeforeMs(): ReadonlyMap<string, number> {
    return new Map([...this.#failures].map(([id, history]) => [id, notBeforeMs(history, this.#limits)]));
  }

  get notBeforeMs(): number {
    return notBeforeMs(this.#failures.get(ALL), this.#limits);
  }

  /** When the first of these slots may start. */
  soonestMs(slots: readonly string[]): number {
    if (this.#type !== 'manual') return this.notBeforeMs;
    return Math.min(...slots.map((id) => notBeforeMs(this.#failures.get(id), this.#limits)));
  }

  started(id: string): void {
    // Anonymous instances have no second start.
    if (this.#type !== 'automatic') this.#starts.set(id, (this.#starts.get(id) ?? 0) + 1);
  }

  restarts(id: string): number {
    return Math.max(0, (this.#starts.get(id) ?? 0) - 1);
  }

  /** @returns milliseconds until the next start */
  failed(id: string, failure: InstanceFailure): number {
    const { reason: lastReason, problem: lastProblem, output: lastOutput } = failure;
    this.#total = { count: this.#total.count + 1, lastReason, lastProblem, lastOutput };
    const key = this.#type === 'manual' ? id : ALL;
    const history = afterFailure(this.#failures.get(key), failure, this.#limits);
    this.#failures.set(key, history);
    return restartDelayMs(history.failures, this.#limits);
  }

  /** A failed build is a failure of every slot. */
  buildFailed(reason: string, nowMs: number, slots: readonly string[]): void {
    for (const id of this.#type === 'manual' ? slots : [ALL]) this.failed(id, { upMs: 0, nowMs, reason, output: [] });
  }

  clear(): void {
    this.#failures.clear();
    this.#starts.clear();
  }

  lastFailure(id: string): FailureHistory | undefined {
    return this.#failures.get(this.#type === 'manual' ? id : ALL);
  }
}
