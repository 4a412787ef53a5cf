/** Runs the cron jobs of every application when they are due. */
import { setMaxListeners } from 'node:events';
import { failure, messageOf } from '../../errors.ts';
import type { CronJobStatus, CronRun } from '../../model/cron.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { Clock } from '../../support/clock.ts';
import type { DesiredState } from '../desired-state.ts';
import { drain } from '../drain.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { InternalRequest, InternalResponse } from '../router/internal-request.ts';
import { cronRequest, idOf, isSameCall, type PlannedJob, plannedJobs } from './cron-job.ts';
import type { CronJobState, CronStates } from './cron-state.ts';
import { statusOf } from './cron-status.ts';
import {
  type Attempt,
  afterAttempt,
  afterForcedRun,
  afterPredecessor,
  type Planned,
  takeUp,
  whenDue,
} from './cron-timing.ts';

export interface CronSchedulerOptions {
  readonly desired: Pick<DesiredState, 'applications'>;
  readonly states: CronStates;
  readonly logs: LogSink;
  readonly clock: Clock;
  readonly defaultHostname: (application: string) => string;
  /** Never rejects. */
  readonly dispatch: (request: InternalRequest) => Promise<InternalResponse>;
}

/** The clock is looked at this often at the latest, because it may be set and the machine may sleep. */
const LONGEST_SLEEP_MS = 60_000;

interface Running {
  readonly planned: PlannedJob;
  readonly work: Promise<CronRun>;
}

export class CronScheduler {
  readonly #options: CronSchedulerOptions;
  readonly #closing = new AbortController();
  readonly #running = new Map<string, Running>();
  #applications: ReadonlySet<string> = new Set();
  #jobs = new Map<string, PlannedJob>();
  #states = new Map<string, CronJobState>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #cancel = () => {};

  constructor(options: CronSchedulerOptions) {
    this.#options = options;
    // Every running job listens to it.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Reads the jobs anew: at the start and after every change of settings. Jobs that stay keep their times. */
  refresh(): void {
    if (this.#isClosed) return;
    const { desired, states, clock } = this.#options;
    const before = this.#states;
    this.#jobs = new Map();
    this.#states = new Map();
    const applications = desired.applications();
    this.#applications = new Set(applications.map(({ id }) => id));
    for (const { id: application, live } of applications) {
      const stored = states.of(application);
      for (const planned of plannedJobs(application, live.settings)) {
        const id = idOf(planned);
        this.#jobs.set(id, planned);
        const known = before.get(id);
        if (known) this.#states.set(id, known);
        else this.#keep(planned, takeUp(planned, stored.get(planned.key), clock.now()));
      }
      for (const key of stored.keys()) {
        if (!this.#jobs.has(`${application}/${key}`)) states.remove(application, key);
      }
    }
    this.#schedule();
  }

  /** @throws AppcfgError `application.not-found` */
  list(application: string): readonly CronJobStatus[] {
    return this.#jobsOf(application).map((planned) =>
      statusOf(planned, this.#states.get(idOf(planned)), this.#running.has(idOf(planned))),
    );
  }

  /**
   * Runs a job now, beside its schedule; it is not repeated when it fails.
   * @throws AppcfgError `application.not-found`, `cron.not-found`, `cron.running`
   */
  async runNow(application: string, url: string): Promise<CronRun> {
    const jobs = this.#jobsOf(application);
    const planned = jobs.find(({ job }) => job.url === url);
    if (!planned) throw failure('cron.not-found', { application, url, known: jobs.map(({ job }) => job.url) });
    if (this.#isClosed) throw failure('platform.closing', {});
    if (this.#isBlocked(planned)) throw failure('cron.running', { application, url });
    return this.#start(planned, afterForcedRun);
  }

  /** Begins nothing new; what still runs after the grace period is broken off. */
  async close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    const work = [...this.#running.values()].map((running) => running.work);
    await drain(work, { clock: this.#options.clock, graceMs, abort: () => this.#closing.abort() });
  }

  #jobsOf(application: string): readonly PlannedJob[] {
    if (!this.#applications.has(application)) throw failure('application.not-found', { application });
    return [...this.#jobs.values()].filter((planned) => planned.application === application);
  }

  #tick(): void {
    const nowMs = this.#options.clock.now();
    const look = { nowMs, isClockSetBack: nowMs < this.#lookedAtMs };
    this.#lookedAtMs = nowMs;
    for (const [id, planned] of this.#jobs) {
      const state = this.#states.get(id);
      if (!state || this.#isBlocked(planned)) continue;
      const { isDue, ...next } = whenDue(planned, state, look);
      if (isDue) {
        this.#put(planned, { ...state, runningSinceMs: nowMs });
        void this.#start(planned, afterAttempt).catch((error: unknown) => process.emitWarning(messageOf(error)));
      } else if (next.state !== state) {
        this.#keep(planned, next);
      }
    }
    this.#schedule();
  }

  /** Also by a run of a job that was replaced meanwhile by another one of the same call. */
  #isBlocked(planned: PlannedJob): boolean {
    if (this.#running.has(idOf(planned))) return true;
    for (const [id, running] of this.#running) {
      if (!this.#jobs.has(id) && isSameCall(running.planned, planned)) return true;
    }
    return false;
  }

  #start(
    planned: PlannedJob,
    then: (planned: PlannedJob, state: CronJobState, attempt: Attempt) => Planned,
  ): Promise<CronRun> {
    const id = idOf(planned);
    const work = this.#send(planned, then).finally(() => {
      this.#running.delete(id);
      if (!this.#jobs.has(id)) this.#letSuccessorsGo(planned);
      this.#schedule();
    });
    this.#running.set(id, { planned, work });
    return work;
  }

  #letSuccessorsGo(gone: PlannedJob): void {
    for (const [id, planned] of this.#jobs) {
      const state = this.#states.get(id);
      if (!state || !isSameCall(gone, planned)) continue;
      const next = afterPredecessor(planned, state, this.#options.clock.now());
      if (next.state !== state) this.#keep(planned, next);
    }
  }

  async #send(
    planned: PlannedJob,
    then: (planned: PlannedJob, state: CronJobState, attempt: Attempt) => Planned,
  ): Promise<CronRun> {
    const { clock, dispatch, defaultHostname } = this.#options;
    const startedAtMs = clock.now();
    const request = cronRequest(planned, defaultHostname(planned.application));
    const response = await dispatch({ ...request, signal: this.#closing.signal });
    // What was broken off has its start in the store: the next start of the platform goes on from there.
    const isBrokenOff = this.#closing.signal.aborted && response.status === 0;
    const current = this.#jobs.get(idOf(planned));
    const state = this.#states.get(idOf(planned));
    if (current && state && !isBrokenOff) {
      this.#keep(current, then(current, state, { startedAtMs, nowMs: clock.now(), status: response.status }));
    }
    return runOf(planned, startedAtMs, response);
  }

  #keep(planned: PlannedJob, { state, note }: Planned): void {
    this.#states.set(idOf(planned), state);
    this.#put(planned, state);
    if (note === undefined) return;
    const { logs, clock } = this.#options;
    logs.append({
      kind: 'app',
      stream: 'platform',
      level: 'warning',
      timeMs: clock.now(),
      application: planned.application,
      module: DEFAULT_MODULE,
      version: '',
      message: `cron ${planned.job.url}: ${note}`,
    });
  }

  /** The schedule goes on without its memory: a full disk must not stop what runs. */
  #put({ application, key, job }: PlannedJob, state: CronJobState): void {
    try {
      this.#options.states.put(application, key, state);
    } catch (error) {
      process.emitWarning(`The state of cron job ${job.url} could not be kept: ${messageOf(error)}`);
    }
  }

  #schedule(): void {
    this.#cancel();
    if (this.#isClosed || this.#jobs.size === 0) return;
    const { clock } = this.#options;
    let nextAtMs = Number.POSITIVE_INFINITY;
    for (const [id, planned] of this.#jobs) {
      const state = this.#states.get(id);
      if (state && !this.#isBlocked(planned)) nextAtMs = Math.min(nextAtMs, state.nextAtMs);
    }
    const waitMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, nextAtMs - clock.now()));
    this.#cancel = clock.after(waitMs, () => this.#tick(), { isBackground: true });
  }
}

function runOf({ job }: PlannedJob, startedAtMs: number, response: InternalResponse): CronRun {
  const { status, latencyMs, module, version, instance, requestId } = response;
  return {
    url: job.url,
    status,
    startedAt: new Date(startedAtMs).toISOString(),
    latencyMs,
    ...(module === undefined ? {} : { module }),
    ...(version === undefined ? {} : { version }),
    ...(instance === undefined ? {} : { instance }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
