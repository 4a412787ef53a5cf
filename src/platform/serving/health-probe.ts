/** One health check of one instance: asks its path again and again, and tells when answers in a row change the verdict. */
import type { Clock } from '../../support/clock.ts';
import type { InternalAnswer } from './internal-request.ts';

export interface ProbeSettings {
  readonly path: string;
  /** From the beginning of one check to that of the next; a check that takes longer delays the next one. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
  readonly successThreshold: number;
}

interface ProbeRequest {
  readonly path: string;
  readonly timeoutMs: number;
  /** Aborts when the answer does not matter any more. */
  readonly signal: AbortSignal;
}

export interface ProbeListener {
  /** Never rejects. */
  readonly ask: (request: ProbeRequest) => Promise<InternalAnswer>;
  /** Enough successes in a row, for the first time or after `onBad`. */
  readonly onGood: () => void;
  /** Enough failures in a row, for the first time or after `onGood`. */
  readonly onBad: () => void;
}

export class HealthProbe {
  readonly #clock: Clock;
  readonly #settings: ProbeSettings;
  readonly #listener: ProbeListener;
  readonly #life = new AbortController();
  #cancelNext: () => void = () => undefined;
  #verdict: 'good' | 'bad' | undefined;
  #successes = 0;
  #failures = 0;
  #lastAnswer: string;

  constructor(clock: Clock, settings: ProbeSettings, listener: ProbeListener) {
    this.#clock = clock;
    this.#settings = settings;
    this.#listener = listener;
    this.#lastAnswer = `GET ${settings.path} was not answered yet`;
  }

  /** For people: `GET /ready answered 503`. */
  get lastAnswer(): string {
    return this.#lastAnswer;
  }

  start(delayMs: number): void {
    this.#cancelNext = this.#clock.after(delayMs, () => void this.#check());
  }

  /** Nothing is asked or told any more. */
  stop(): void {
    this.#cancelNext();
    this.#life.abort(new Error('the check is not needed any more'));
  }

  async #check(): Promise<void> {
    const { path, timeoutMs, intervalMs } = this.#settings;
    const { signal } = this.#life;
    const beganMs = this.#clock.monotonicMs();
    const answer = await this.#listener.ask({ path, timeoutMs, signal });
    if (signal.aborted) return;
    this.#count(answer);
    // Whoever was told may have stopped it.
    if (signal.aborted) return;
    this.start(Math.max(0, beganMs + intervalMs - this.#clock.monotonicMs()));
  }

  /** App Engine docs: a check that the application answers itself must be answered with 200. */
  #count({ status, problem }: InternalAnswer): void {
    const { path, failureThreshold, successThreshold } = this.#settings;
    this.#lastAnswer = status === undefined ? `GET ${path}: ${problem}` : `GET ${path} answered ${status}`;
    const isSuccess = status === 200;
    this.#successes = isSuccess ? this.#successes + 1 : 0;
    this.#failures = isSuccess ? 0 : this.#failures + 1;
    if (this.#successes >= successThreshold && this.#verdict !== 'good') {
      this.#verdict = 'good';
      this.#listener.onGood();
    } else if (this.#failures >= failureThreshold && this.#verdict !== 'bad') {
      this.#verdict = 'bad';
      this.#listener.onBad();
    }
  }
}
