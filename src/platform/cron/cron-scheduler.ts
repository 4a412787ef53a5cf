/** Runs the cron jobs of every application when they are due. */
import { messageOf } from '../../errors.ts';
import { nextRun } from '../../model/schedule/next-run.ts';
import { parseSchedule, type Schedule } from '../../model/schedule/parse-schedule.ts';
import type { CronJob } from '../../model/settings.ts';
import type { Clock } from '../../support/clock.ts';
import { digestOfValue } from '../../support/digest.ts';
import type { DesiredState } from '../desired-state.ts';
import type { LiveState } from '../live-state.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { InternalRequest, InternalResponse } from '../router/internal-request.ts';
import { nextAttemptAtMs } from './cron-retry.ts';
import type { CronJobState, CronStates } from './cron-state.ts';
import { cronTarget } from './cron-target.ts';

export interface CronSchedulerOptions {
  readonly desired: DesiredState;
  readonly states: CronStates;
  readonly logs: LogSink;
  readonly clock: Clock;
  readonly dispatch: (request: InternalRequest) => Promise<InternalResponse>;
}

export interface CronScheduler {
  /** Told after every change of settings; also reads them the first time. */
  refresh(): void;
  /** Runs a job now, beside its schedule. Resolves with its status. */
  runNow(application: string, url: string): Promise<number>;
  close(): Promise<void>;
}

interface PlannedJob {
  readonly application: string;
  readonly key: string;
  readonly job: CronJob;
  readonly schedule: Schedule;
}

/** The clock is looked at this often at the latest, because it may be set. */
const LONGEST_SLEEP_MS = 30_000;
const USER_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';

export function createCronScheduler(options: CronSchedulerOptions): CronScheduler {
  const { clock, states, desired } = options;
  const running = new Map<string, Promise<void>>();
  const closing = new AbortController();
  let jobs = new Map<string, PlannedJob>();
  let next = new Map<string, CronJobState>();
  let cancel = () => {};

  const save = (planned: PlannedJob, state: CronJobState) => {
    next.set(idOf(planned), state);
    states.put(planned.application, planned.key, state);
  };
  const tick = () => {
    const now = clock.now();
    for (const [id, planned] of jobs) {
      const state = next.get(id);
      if (!state || state.nextAtMs > now || running.has(id)) continue;
      const run = attempt(planned, state).finally(() => {
        running.delete(id);
        schedule();
      });
      running.set(id, run);
    }
    schedule();
  };
  const schedule = () => {
    cancel();
    if (closing.signal.aborted) return;
    const due = [...next].filter(([id]) => jobs.has(id) && !running.has(id)).map(([, state]) => state.nextAtMs);
    if (due.length === 0) return;
    const waitMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, Math.min(...due) - clock.now()));
    cancel = clock.after(waitMs, tick, { isBackground: true });
  };
  const attempt = async (planned: PlannedJob, state: CronJobState): Promise<void> => {
    const startedAtMs = clock.now();
    const status = await send(options, planned, closing.signal);
    if (closing.signal.aborted) return;
    const current = jobs.get(idOf(planned));
    if (!current) return;
    save(current, afterAttempt(current, state, { startedAtMs, status, nowMs: clock.now() }));
  };
  const refresh = () => {
    const before = next;
    jobs = new Map();
    next = new Map();
    for (const { id, live } of desired.applications()) {
      const stored = states.of(id);
      for (const planned of plan(id, live)) {
        jobs.set(idOf(planned), planned);
        const known = before.get(idOf(planned)) ?? stored.get(planned.key);
        if (before.has(idOf(planned)) && known) next.set(idOf(planned), known);
        else save(planned, firstState(options, planned, known));
      }
      for (const key of stored.keys()) {
        if (!jobs.has(`${id}/${key}`)) states.remove(id, key);
      }
    }
    schedule();
  };
  return {
    refresh,
    runNow: async (application, url) => {
      const planned = [...jobs.values()].find((job) => job.application === application && job.job.url === url);
      return planned ? send(options, planned, closing.signal) : 0;
    },
    close: async () => {
      closing.abort();
      cancel();
      await Promise.allSettled(running.values());
    },
  };
}

function plan(application: string, live: LiveState): readonly PlannedJob[] {
  const planned = new Map<string, PlannedJob>();
  for (const job of live.settings.cron) {
    const parsed = parseSchedule(job.schedule);
    const { url, schedule, timezone, target } = job;
    const key = digestOfValue({ url, schedule, timezone, target });
    if (parsed.ok) planned.set(key, { application, key, job, schedule: parsed.schedule });
  }
  return [...planned.values()];
}

function idOf({ application, key }: PlannedJob): string {
  return `${application}/${key}`;
}

/** A run that fell due while the platform was down is not made up for, as App Engine does not; the log says so. */
function firstState(options: CronSchedulerOptions, planned: PlannedJob, known: CronJobState | undefined): CronJobState {
  const now = options.clock.now();
  if (known && known.nextAtMs > now) return known;
  const nextAtMs = nextRun(planned.schedule, now, planned.job.timezone);
  if (known) {
    const message = `cron ${planned.job.url}: the run of ${timestamp(known.nextAtMs)} was missed while the platform was not running; next run ${timestamp(nextAtMs)}`;
    note(options, planned, message);
  }
  return { ...known, nextAtMs, attempt: 0 };
}

interface Attempted {
  readonly startedAtMs: number;
  readonly status: number;
  readonly nowMs: number;
}

function afterAttempt({ job, schedule }: PlannedJob, state: CronJobState, run: Attempted): CronJobState {
  const last = { lastAtMs: run.startedAtMs, lastStatus: run.status };
  const isSuccess = run.status >= 200 && run.status < 300;
  const attempts = state.attempt + 1;
  const firstAttemptAtMs = state.firstAttemptAtMs ?? run.startedAtMs;
  const retryAtMs = isSuccess
    ? undefined
    : nextAttemptAtMs(job.retry, { attempts, firstAttemptAtMs, nowMs: run.nowMs });
  // Plain intervals count from the end of a run, so that runs never overlap; the others are fixed to the clock.
  const regularAtMs = nextRun(schedule, run.nowMs, job.timezone);
  if (retryAtMs !== undefined) return { ...last, nextAtMs: retryAtMs, attempt: attempts, firstAttemptAtMs };
  return { ...last, nextAtMs: regularAtMs, attempt: 0 };
}

async function send(options: CronSchedulerOptions, planned: PlannedJob, signal: AbortSignal): Promise<number> {
  const { application, job } = planned;
  const live = options.desired.application(application)?.live;
  const target = live && cronTarget(live, job.target);
  try {
    const { status } = await options.dispatch({
      kind: 'cron',
      application,
      method: 'GET',
      path: job.url,
      headers: [
        ['X-Appengine-Cron', 'true'],
        ['User-Agent', USER_AGENT],
      ],
      signal,
      ...(target ? { target } : {}),
      ...(job.attemptDeadlineSeconds === undefined ? {} : { deadlineMs: job.attemptDeadlineSeconds * 1000 }),
    });
    return status;
  } catch (error) {
    if (!signal.aborted) note(options, planned, `cron ${job.url}: ${messageOf(error)}`);
    return 0;
  }
}

function note({ logs, clock }: CronSchedulerOptions, { application, job }: PlannedJob, message: string): void {
  const module = job.target?.split(':')[0] ?? 'default';
  logs.append({
    kind: 'app',
    stream: 'platform',
    level: 'warning',
    timeMs: clock.now(),
    application,
    module,
    version: '',
    message,
  });
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
