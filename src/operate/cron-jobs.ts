/** The cron jobs of an application as they run, and running one by hand. */
import { requireRole } from '../backend/require-role.ts';
import { failure } from '../errors.ts';
import type { CronJobStatus, CronRun } from '../model/cron.ts';
import type { OperateContext } from './operate-context.ts';
import { watchRun } from './watched-run.ts';

export interface RunCronRequest {
  readonly application: string;
  /** Path that the job calls. */
  readonly url: string;
  readonly isDryRun: boolean;
}

export interface CronRunResult {
  readonly application: string;
  readonly outcome: 'done' | 'failed' | 'planned';
  readonly plan: readonly string[];
  readonly run?: CronRun;
}

/** @throws AppcfgError `backend.unsupported`, `application.not-found` */
export async function listCronJobs(context: OperateContext, application: string): Promise<readonly CronJobStatus[]> {
  return requireRole(context.backend, 'cron').list(application, { signal: context.signal });
}

/** Resolves when the run has ended. @throws AppcfgError `cron.not-found`, `cron.running`, and as `listCronJobs` */
export async function runCronJob(context: OperateContext, request: RunCronRequest): Promise<CronRunResult> {
  const { application, url, isDryRun } = request;
  const role = requireRole(context.backend, 'cron');
  const known = (await listCronJobs(context, application)).map((job) => job.url);
  if (!known.includes(url)) throw failure('cron.not-found', { application, url, known });
  const plan = [`run the cron job ${url} now`];
  if (isDryRun) return { application, outcome: 'planned', plan };
  const run = await watchRun(context, {
    what: `the cron job ${url} was running`,
    next: `appcfg cron list -A ${application}`,
    start: (options) => role.run(application, url, options),
  });
  return { application, outcome: run.status >= 200 && run.status < 300 ? 'done' : 'failed', plan, run };
}
