/** When a cron job runs: after it was planned, after an attempt, after the clock or the platform stood still. Pure. */
import { nextRun } from '../../model/schedule/next-run.ts';
import { nextAttemptAtMs, type RetryPolicy } from '../retry-policy.ts';
import type { PlannedJob } from './cron-job.ts';
import type { CronJobState } from './cron-state.ts';

/** A run that could not begin for this long after its time is missed: the machine slept, or its clock was set. */
export const LATEST_START_MS = 120_000;
/** A clock that is set back by less is expected to catch up, and nothing runs twice. */
const LONGEST_CATCH_UP_MS = 3 * 3_600_000;
/** Of a long row of missed runs only this many are named. */
const MOST_NAMED = 10;

export interface Attempt {
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** 0 when no complete answer came. */
  readonly status: number;
}

/** A new state, and what people should know about it. */
export interface Planned {
  readonly state: CronJobState;
  /** The end of the sentence "cron /url: ...". */
  readonly note?: string;
}

/** When the platform begins to look after a job: a new one, or one that a former run of the platform knew. */
export function takeUp(planned: PlannedJob, known: CronJobState | undefined, nowMs: number): Planned {
  if (!known) return { state: { nextAtMs: regularAtMs(planned, nowMs), failedAttempts: 0 } };
  if (known.runningSinceMs !== undefined) return afterInterruption(planned, known, nowMs);
  const isRetry = known.failedAttempts > 0;
  if (known.nextAtMs <= nowMs && !isRetry)
    return missed(planned, known, { nowMs, why: 'the platform was not running' });
  return { state: withoutClockError(planned, known, nowMs) };
}

export interface Look {
  readonly nowMs: number;
  /** It shows an earlier time than at the last look. */
  readonly isClockSetBack: boolean;
}

/** What a look at the clock finds: run now, not yet, or not any more. */
export function whenDue(planned: PlannedJob, state: CronJobState, look: Look): Planned & { readonly isDue: boolean } {
  const { nowMs, isClockSetBack } = look;
  if (state.nextAtMs > nowMs) {
    return { state: isClockSetBack ? withoutClockError(planned, state, nowMs) : state, isDue: false };
  }
  const isLate = nowMs - state.nextAtMs > LATEST_START_MS && state.failedAttempts === 0;
  if (!isLate) return { state, isDue: true };
  const why = 'the clock went on without it (the machine slept, or the time was set)';
  return { ...missed(planned, state, { nowMs, why }), isDue: false };
}

/** Retries give way to the next regular time; plain intervals count from the end of the last attempt. */
export function afterAttempt(planned: PlannedJob, state: CronJobState, attempt: Attempt): Planned {
  const { startedAtMs, nowMs, status } = attempt;
  const last = { lastAtMs: startedAtMs, lastStatus: status };
  const regular = regularAtMs(planned, nowMs);
  const skipped = skippedNote(planned, attempt);
  if (isSuccess(status)) return { state: { ...last, nextAtMs: regular, failedAttempts: 0 }, ...skipped };
  const failedAttempts = state.failedAttempts + 1;
  const firstAttemptAtMs = state.firstAttemptAtMs ?? startedAtMs;
  const policy = retryPolicy(planned);
  const retryAtMs = policy && nextAttemptAtMs(policy, { attempts: failedAttempts, firstAttemptAtMs, nowMs });
  if (retryAtMs === undefined || (planned.schedule.kind !== 'interval' && retryAtMs >= regular)) {
    return { state: { ...last, nextAtMs: regular, failedAttempts: 0 }, ...skipped };
  }
  return { state: { ...last, nextAtMs: retryAtMs, failedAttempts, firstAttemptAtMs }, ...skipped };
}

/** A run that was asked for moves nothing but an interval, which counts from it too; its success ends retries. */
export function afterForcedRun(planned: PlannedJob, state: CronJobState, attempt: Attempt): Planned {
  const { startedAtMs, nowMs, status } = attempt;
  const last = { lastAtMs: startedAtMs, lastStatus: status };
  const isKept = state.failedAttempts > 0 ? !isSuccess(status) : planned.schedule.kind !== 'interval';
  if (isKept && state.nextAtMs > nowMs) return { state: { ...state, ...last } };
  return { state: { ...last, nextAtMs: regularAtMs(planned, nowMs), failedAttempts: 0 } };
}

/** The job has taken the place of another one, whose last run of the same address has just ended. */
export function afterPredecessor(planned: PlannedJob, state: CronJobState, nowMs: number): Planned {
  if (state.nextAtMs > nowMs) return { state };
  const what = namedRuns(runsBetween(planned, state.nextAtMs, nowMs));
  const note = `${what} left out because a run of the job it replaces had not ended`;
  return { state: { ...state, nextAtMs: regularAtMs(planned, nowMs) }, note };
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function regularAtMs({ schedule, job }: PlannedJob, afterMs: number): number {
  return nextRun(schedule, afterMs, job.timezone);
}

/** The documented number of repetitions is 0, unless there is an age to stop at. */
function retryPolicy({ job: { retry } }: PlannedJob): RetryPolicy | undefined {
  if (!retry) return undefined;
  const { jobRetryLimit, jobAgeLimitSeconds, ...backoff } = retry;
  const limit = jobRetryLimit ?? (jobAgeLimitSeconds === undefined ? 0 : undefined);
  return { ...backoff, limit, ageLimitSeconds: jobAgeLimitSeconds };
}

function afterInterruption(planned: PlannedJob, known: CronJobState, nowMs: number): Planned {
  const { runningSinceMs: startedAtMs = nowMs, ...before } = known;
  const { state } = afterAttempt(planned, before, { startedAtMs, nowMs, status: 0 });
  return {
    state,
    note: `the run of ${timestamp(startedAtMs)} was interrupted by the platform's end; next run ${timestamp(state.nextAtMs)}`,
  };
}

/** Missed runs are not made up for, as App Engine does not; the log says which. */
function missed(
  planned: PlannedJob,
  known: CronJobState,
  { nowMs, why }: { readonly nowMs: number; readonly why: string },
): Planned {
  const state = { ...known, nextAtMs: regularAtMs(planned, nowMs), failedAttempts: 0 };
  const what = namedRuns(runsBetween(planned, known.nextAtMs, nowMs));
  return { state, note: `${what} missed because ${why}; next run ${timestamp(state.nextAtMs)}` };
}

function skippedNote(planned: PlannedJob, { startedAtMs, nowMs }: Attempt): { readonly note?: string } {
  if (planned.schedule.kind === 'interval') return {};
  const first = regularAtMs(planned, startedAtMs);
  if (first > nowMs) return {};
  const what = namedRuns(runsBetween(planned, first, nowMs));
  return { note: `${what} left out because the run of ${timestamp(startedAtMs)} had not ended` };
}

/** From a run on, as many as are worth naming. */
function runsBetween(planned: PlannedJob, firstMs: number, nowMs: number): readonly number[] {
  const runs = [firstMs];
  if (planned.schedule.kind === 'interval') return runs;
  for (let at = firstMs; runs.length <= MOST_NAMED; runs.push(at)) {
    at = regularAtMs(planned, at);
    if (at > nowMs) break;
  }
  return runs;
}

function namedRuns(runs: readonly number[]): string {
  const names = runs.slice(0, MOST_NAMED).map(timestamp).join(', ');
  if (runs.length > MOST_NAMED) return `the runs of ${names} and later ones were`;
  return runs.length > 1 ? `the runs of ${names} were` : `the run of ${names} was`;
}

/** A time that is later than a regular run from now on was planned by a clock that has been set back since. */
function withoutClockError(planned: PlannedJob, state: CronJobState, nowMs: number): CronJobState {
  if (state.failedAttempts > 0) return state;
  const regular = regularAtMs(planned, nowMs);
  if (regular >= state.nextAtMs) return state;
  const lastAtMs = state.lastAtMs ?? Number.NEGATIVE_INFINITY;
  const isCatchingUp = lastAtMs > nowMs && lastAtMs - nowMs <= LONGEST_CATCH_UP_MS;
  return isCatchingUp && planned.schedule.kind !== 'interval' ? state : { ...state, nextAtMs: regular };
}

function timestamp(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : 'never';
}
