/** Runs the stages of a deploy, announcing each with its duration. */
import { failure, isAppcfgError } from '../errors.ts';
import type { DeployPhase } from '../progress/event.ts';
import type { Reporter } from '../progress/reporter.ts';
import type { Clock } from '../support/clock.ts';

export interface PhaseContext {
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Phase<T> {
  readonly phase: DeployPhase;
  readonly label: string;
  readonly work: () => Promise<T>;
  readonly detail?: (result: T) => string;
}

export interface PhaseTime {
  readonly phase: DeployPhase;
  readonly durationMs: number;
}

export class Phases {
  readonly #context: PhaseContext;
  readonly #startedMs: number;
  readonly #times: PhaseTime[] = [];

  constructor(context: PhaseContext) {
    this.#context = context;
    this.#startedMs = context.clock.monotonicMs();
  }

  get times(): readonly PhaseTime[] {
    return this.#times;
  }

  get durationMs(): number {
    return this.#context.clock.monotonicMs() - this.#startedMs;
  }

  /** @throws AppcfgError `interrupted` when the signal aborts before or during the work */
  async run<T>({ phase, label, work, detail }: Phase<T>): Promise<T> {
    const { reporter, clock, signal } = this.#context;
    const startedMs = clock.monotonicMs();
    reporter.event({ type: 'phase-started', phase, label });
    try {
      signal.throwIfAborted();
      const result = await work();
      const durationMs = clock.monotonicMs() - startedMs;
      this.#times.push({ phase, durationMs });
      const text = detail?.(result);
      reporter.event({ type: 'phase-finished', phase, ...(text === undefined ? {} : { detail: text }), durationMs });
      return result;
    } catch (error) {
      reporter.event({ type: 'phase-failed', phase, durationMs: clock.monotonicMs() - startedMs });
      throw signal.aborted ? interruption(phase, error, signal) : error;
    }
  }
}

const places: Readonly<Record<DeployPhase, string>> = {
  read: 'while reading the configuration; nothing was changed',
  package: 'while reading the files; nothing was changed',
  compare: 'while comparing with what is live; nothing was changed',
  upload: 'while sending files; nothing that is live was changed, and files that arrived are not sent again',
  release: 'while the release was going live',
};

/**
 * A failure that says itself where things stand is kept, an interruption that does so too; the signal's own reason, and
 * what a cut connection looks like, never know.
 */
function interruption(phase: DeployPhase, error: unknown, signal: AbortSignal): unknown {
  const knows = isAppcfgError(error) && error !== signal.reason && error.code !== 'backend.unreachable';
  return knows ? error : failure('interrupted', { where: places[phase] }, { cause: error });
}
