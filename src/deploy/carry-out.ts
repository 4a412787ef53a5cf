/** The second half of a deploy: carries a prepared one out, and reports. */
import { isAppcfgError } from '../errors.ts';
import type { Application } from '../model/application.ts';
import type { DeployContext } from './deploy-context.ts';
import { isEmptyPlan } from './deploy-plan.ts';
import type { DeployReport } from './deploy-report.ts';
import { executePlan } from './execute.ts';
import { findMissingFiles } from './missing-files.ts';
import { planDeploy } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { deployReport } from './report.ts';
import { waitForLock } from './wait-for-lock.ts';

/** As often as the application may change under a deploy before it gives up. */
const MOST_PLANS = 5;

/** A deploy that another one overtook is planned again on top of it: the second of two waits, and both end. */
export async function carryOut(first: Prepared, context: DeployContext, waitMs?: number): Promise<DeployReport> {
  let prepared = first;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await carryOutOnce(prepared, context, { waitMs });
    } catch (error) {
      if (!isAppcfgError(error) || error.code !== 'deploy.conflict' || attempt === MOST_PLANS) throw error;
      prepared = await planAgain(prepared, context);
      if (isEmptyPlan(prepared.plan)) {
        context.reporter.event({ type: 'note', message: 'Another run has just made exactly this live.' });
        return finish('unchanged', prepared, prepared.plan.current, context);
      }
      context.reporter.event({
        type: 'note',
        message: 'Another deploy went live meanwhile; this one goes on top of it.',
      });
    }
  }
}

interface Manner {
  /** For somebody else's lock; absent: not at all. */
  readonly waitMs?: number | undefined;
  /** Only against the very state that the plan was made against. */
  readonly isExact?: boolean;
}

export async function carryOutOnce(
  prepared: Prepared,
  context: DeployContext,
  { waitMs, isExact = false }: Manner,
): Promise<DeployReport> {
  const { plan, missing, phases, asked } = prepared;
  await waitForLock(plan.current, context, waitMs);
  await executePlan(plan, missing, { ...context, phases, isExact, asked });
  return finish('live', prepared, await context.backend.describe(plan.application), context);
}

async function planAgain(prepared: Prepared, context: DeployContext): Promise<Prepared> {
  const { packaged } = prepared;
  const { backend, signal } = context;
  const plan = planDeploy(packaged, await backend.describe(packaged.intent.application, { signal }), backend.limits);
  return { ...prepared, plan, missing: await findMissingFiles(plan, packaged.sources, context) };
}

export function finish(
  outcome: DeployReport['outcome'],
  { plan, missing, phases }: Prepared,
  live: Application | undefined,
  { backend, reporter }: DeployContext,
): DeployReport {
  const { times, durationMs } = phases;
  const report = deployReport({
    backend: backend.name,
    outcome,
    plan,
    live,
    files: missing,
    phases: times,
    durationMs,
  });
  if (outcome === 'planned') return report;
  for (const { module, version, url, versionUrl, receivesTraffic, outcome: change } of report.modules) {
    // The module's own address leads to another version where this one takes no traffic.
    const address = receivesTraffic ? url : versionUrl;
    reporter.event({ type: 'module-live', module, version, url: address, isUnchanged: change === 'unchanged' });
  }
  return report;
}
